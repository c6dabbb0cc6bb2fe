CYPHER 25
// What the graph holds and what kgrec noted about it; `meta` is null where kgrec has not built it.
// returns: meta map, nodes int
RETURN
  head(COLLECT { MATCH (m:KgrecMeta {id: 'kgrec'}) RETURN properties(m) }) AS meta,
  COUNT { (n) } AS nodes
