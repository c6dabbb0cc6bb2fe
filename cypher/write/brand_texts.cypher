CYPHER 25
// A page of brands by id: their names, the hash of the text they were embedded by, and whether
// they have a vector in a slot.
// params:  $after string
//          $limit int
//          $property string
// returns: id string, name string, text_hash string, embedded bool
//
// In Neo4j Browser:
//   :param after => ''
//   :param limit => 10
//   :param property => 'text_embedding_a'
MATCH (b:Brand)
WHERE b.brand_id > $after
WITH b
ORDER BY b.brand_id
LIMIT $limit
RETURN
  b.brand_id AS id,
  b.name AS name,
  b.text_hash AS text_hash,
  b[$property] IS NOT NULL AS embedded
ORDER BY id
