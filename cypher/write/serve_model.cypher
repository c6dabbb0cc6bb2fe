CYPHER 25
// From now on serve a learned model and the slot of its vectors; null serves none.
// params:  $revision int or null
// returns: revision int
//
// In Neo4j Browser:
//   :param revision => 7
MATCH (m:KgrecMeta {id: 'kgrec'})
OPTIONAL MATCH (k:KgrecModel {revision: $revision})
SET
  m.model_revision = k.revision,
  m.gnn_slot = k.slot,
  m.revision = coalesce(m.revision, 0) + 1
RETURN m.revision AS revision
