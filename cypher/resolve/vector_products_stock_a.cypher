CYPHER 25
// Products in stock nearest to a vector, by the text vectors in slot a: approximate,
// the nearest first.
// params:  $vector list<float>
//          $limit int
// returns: product_id string
//
// In Neo4j Browser:
//   :param vector => [0.1, 0.2]
//   :param limit => 10
MATCH (p:Product)
  SEARCH p IN (
    VECTOR INDEX product_text_a
    FOR $vector
    WHERE p.in_stock = true
    LIMIT $limit
  ) SCORE AS score
RETURN p.product_id AS product_id
ORDER BY score DESC, product_id
