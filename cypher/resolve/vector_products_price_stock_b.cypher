CYPHER 25
// Products in stock and between two prices nearest to a vector, by the text vectors in slot b: approximate,
// the nearest first.
// params:  $vector list<float>
//          $limit int
//          $min_price int
//          $max_price int
// returns: product_id string
//
// In Neo4j Browser:
//   :param vector => [0.1, 0.2]
//   :param limit => 10
//   :param min_price => 0
//   :param max_price => 1000
MATCH (p:Product)
  SEARCH p IN (
    VECTOR INDEX product_text_b
    FOR $vector
    WHERE p.price_minor >= $min_price
      AND p.price_minor <= $max_price
      AND p.in_stock = true
    LIMIT $limit
  ) SCORE AS score
RETURN p.product_id AS product_id
ORDER BY score DESC, product_id
