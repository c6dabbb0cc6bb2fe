CYPHER 25
// A page of products by id: what their texts are made of, the hash of the text they were embedded
// by, and whether they have a vector in a slot.
// params:  $after string
//          $limit int
//          $property string
// returns: id string, title string, description string, brand string, categories list<string>, text_hash string, embedded bool
//
// In Neo4j Browser:
//   :param after => ''
//   :param limit => 10
//   :param property => 'text_embedding_a'
MATCH (p:Product)
WHERE p.product_id > $after
WITH p
ORDER BY p.product_id
LIMIT $limit
RETURN
  p.product_id AS id,
  p.title AS title,
  left(p.description, 200) AS description,
  head(COLLECT { MATCH (p)-[:MADE_BY]->(b:Brand) RETURN b.name ORDER BY b.brand_id }) AS brand,
  COLLECT {
    MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c.name ORDER BY c.category_id
  } AS categories,
  p.text_hash AS text_hash,
  p[$property] IS NOT NULL AS embedded
ORDER BY id
