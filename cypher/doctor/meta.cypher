CYPHER 25
// All that the graph says about itself, and how many nodes there are that kgrec may not have made.
// returns: meta map, nodes int
OPTIONAL MATCH (m:KgrecMeta {id: 'kgrec'})
RETURN properties(m) AS meta, COUNT { () } AS nodes
