CYPHER 25
// Tell readers that the graph has changed.
// returns: revision int
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.revision = coalesce(m.revision, 0) + 1
RETURN m.revision AS revision
