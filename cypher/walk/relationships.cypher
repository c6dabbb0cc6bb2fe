CYPHER 25
// Where the derived relationships of products lead, by type, the strongest first: for following them
// in memory many times over. BOUGHT_BEFORE is BOUGHT_NEXT backwards, the 50 strongest that lead to a
// product. A product without any gives no row.
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
  UNION ALL
  MATCH (p)<-[bought:BOUGHT_NEXT]-(to:Product)
  WITH to.product_id AS to_id, bought.weight AS weight, bought.support AS support
  ORDER BY weight DESC, to_id
  LIMIT 50
  WITH collect(to_id) AS to_ids, collect(weight) AS weights, collect(support) AS supports
  WHERE size(to_ids) > 0
  RETURN 'BOUGHT_BEFORE' AS type, to_ids, weights, supports
}
RETURN p.product_id AS product_id, type, to_ids, weights, supports
ORDER BY product_id, type
