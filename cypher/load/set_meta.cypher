CYPHER 25
// Note properties of the graph; null removes one.
// params:  $properties map
// returns: revision int
//
// In Neo4j Browser:
//   :param properties => {language: 'english'}
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m += $properties
RETURN m.revision AS revision
