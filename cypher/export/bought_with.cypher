CYPHER 25
// Derived relationships of products by id, a page of products at a time: those after the id `after`.
// Of each all BOUGHT_WITH, as [product_id, weight, support].
// params:  $after string
//          $limit int
// returns: product_id string, bought list<list>
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (a:Product) WHERE a.product_id > $after
WITH a ORDER BY a.product_id LIMIT $limit
RETURN
  a.product_id AS product_id,
  COLLECT {
    MATCH (a)-[bought:BOUGHT_WITH]->(b:Product)
    RETURN [b.product_id, bought.weight, bought.support]
  } AS bought
ORDER BY product_id
