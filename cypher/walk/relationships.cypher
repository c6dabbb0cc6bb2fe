CYPHER 25
// Where the derived relationships of products lead, by type, the strongest first: for following them
// in memory many times over. A product without any gives no row.
// params:  $ids list<string>
// returns: product_id string, type string, to_ids list<string>, weights list<float>, supports list<int>
//
// In Neo4j Browser:
//   :param ids => ["runner", "sock"]
MATCH (p:Product) WHERE p.product_id IN $ids
CALL (p) {
  MATCH (p)-[bought:BOUGHT_NEXT|BOUGHT_WITH]->(to:Product)
  WITH type(bought) AS type, to.product_id AS to_id, bought.weight AS weight, bought.support AS support
  ORDER BY weight DESC, to_id
  RETURN type, collect(to_id) AS to_ids, collect(weight) AS weights, collect(support) AS supports
}
RETURN p.product_id AS product_id, type, to_ids, weights, supports
ORDER BY product_id, type
