CYPHER 25
// From now on serve a slot of text vectors, made by one encoder.
// params:  $slot string
//          $encoder string
//          $encoder_revision string
//          $dimension int
// returns: revision int
//
// In Neo4j Browser:
//   :param slot => 'a'
//   :param encoder => 'all-MiniLM-L6-v2'
//   :param encoder_revision => 'b834e2ee06fc1f91'
//   :param dimension => 384
MATCH (m:KgrecMeta {id: 'kgrec'})
SET
  m.text_slot = $slot,
  m.encoder = $encoder,
  m.encoder_revision = $encoder_revision,
  m.dimension = $dimension,
  m.revision = coalesce(m.revision, 0) + 1
RETURN m.revision AS revision
