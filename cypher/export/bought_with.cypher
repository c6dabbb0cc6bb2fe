CYPHER 25
// Derived relationships of products by id, a page of products at a time: those after the id `after`.
// Of each all BOUGHT_WITH: the products, weights and supports in one order.
// params:  $after string
//          $limit int
// returns: product_id string, to list<string>, weights list<float>, supports list<int>
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (a:Product) WHERE a.product_id > $after
WITH a ORDER BY a.product_id LIMIT $limit
CALL (a) {
  MATCH (a)-[bought:BOUGHT_WITH]->(b:Product)
  RETURN
    collect(b.product_id) AS to,
    collect(bought.weight) AS weights,
    collect(bought.support) AS supports
}
RETURN a.product_id AS product_id, to, weights, supports
ORDER BY product_id
