CYPHER 25
// From now on serve the recipe paper with these weights. It is the KgrecModel of revision 0: learned
// models have theirs from 1 on and take no notice of it.
// params:  $properties map
// returns: revision int
//
// In Neo4j Browser:
//   :param properties => {kind: 'paper', terms: ['next'], weights: [2.0], temperatures: [0.04]}
MERGE (k:KgrecModel {revision: 0})
SET k = $properties, k.revision = 0
WITH k
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.revision = coalesce(m.revision, 0) + 1
RETURN m.revision AS revision
