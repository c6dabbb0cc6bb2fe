CYPHER 25
// Products in stock and between two prices nearest to each of several vectors, by the text
// vectors in slot b: approximate, the nearest first.
// params:  $vectors list<vector>
//          $limit int
//          $min_price int
//          $max_price int
// returns: request int, product_id string
//
// In Neo4j Browser:
//   :param vectors => [[0.1, 0.2]]
//   :param limit => 10
//   :param min_price => 0
//   :param max_price => 1000
UNWIND range(0, size($vectors) - 1) AS request
CALL (request) {
  WITH $vectors[request] AS vector
  MATCH (p:Product)
    SEARCH p IN (
      VECTOR INDEX product_text_b
      FOR vector
      WHERE p.price_minor >= $min_price
        AND p.price_minor <= $max_price
        AND p.in_stock = true
      LIMIT $limit
    ) SCORE AS score
  RETURN p.product_id AS product_id, score
}
RETURN request, product_id
ORDER BY request, score DESC, product_id
