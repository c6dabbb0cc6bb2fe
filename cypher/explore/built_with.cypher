CYPHER 25
// What the graph was built with: sources, clock, encoder.
// returns: what string, value any
MATCH (meta:KgrecMeta)
UNWIND keys(meta) AS what
WITH what, meta[what] AS value
WHERE NOT what STARTS WITH 'lock'
RETURN what, value
ORDER BY what
