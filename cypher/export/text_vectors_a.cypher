CYPHER 25
// Text vectors of products in slot a by id, a page at a time: those after the id `after`.
// params:  $after string
//          $limit int
// returns: product_id string, embedding vector
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (p:Product) WHERE p.product_id > $after
WITH p ORDER BY p.product_id LIMIT $limit
RETURN
  p.product_id AS product_id,
  vector(p.text_embedding_a, size(p.text_embedding_a), FLOAT32) AS embedding
ORDER BY product_id
