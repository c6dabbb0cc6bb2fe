CYPHER 25
// The learned vectors of products in slot b; a product without one gives no row.
// params:  $ids list<string>
// returns: product_id string, embedding vector
//
// In Neo4j Browser:
//   :param ids => ["runner", "sock"]
MATCH (p:Product) WHERE p.product_id IN $ids AND p.gnn_embedding_b IS NOT NULL
RETURN
  p.product_id AS product_id,
  vector(p.gnn_embedding_b, size(p.gnn_embedding_b), FLOAT32) AS embedding
ORDER BY product_id
