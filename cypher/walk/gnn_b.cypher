CYPHER 25
// Products nearest to each of several users, by the learned
// vectors in slot b: approximate, the nearest first.
// params:  $vectors list<vector>
//          $limit int
// returns: request int, product_id string
//
// In Neo4j Browser:
//   :param vectors => [[0.1, 0.2]]
//   :param limit => 10
UNWIND range(0, size($vectors) - 1) AS request
CALL (request) {
  WITH $vectors[request] AS vector
  MATCH (p:Product)
    SEARCH p IN (
      VECTOR INDEX product_gnn_b
      FOR vector
      LIMIT $limit
    ) SCORE AS score
  RETURN p.product_id AS product_id, score
}
RETURN request, product_id
ORDER BY request, score DESC, product_id
