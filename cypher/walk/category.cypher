CYPHER 25
// Products of the seeds' categories and of the categories given with all below them, the `per_entity`
// most popular of each: the sum of category weight / sqrt(rank). With it the category that gave most
// and its heaviest seed.
// params:  $requests list<map {seeds list<map {id string, weight float}>,
//            categories list<map {id string, weight float}>, per_entity int, limit int}>
// returns: request int, product_id string, strength float, seed_id string, via_id string
//
// In Neo4j Browser:
//   :param requests => [{seeds: [{id: "runner", weight: 1.0}], categories: [], per_entity: 200, limit: 10}]
UNWIND range(0, size($requests) - 1) AS request
CALL (request) {
  CALL (request) {
    UNWIND $requests[request].seeds AS seed
    MATCH (:Product {product_id: seed.id})-[:IN_CATEGORY]->(c:Category)
    RETURN c, seed.weight AS weight, [-seed.weight, seed.id] AS claim
    UNION ALL
    UNWIND $requests[request].categories AS category
    MATCH (:Category {category_id: category.id})<-[:SUBCATEGORY_OF*0..]-(c:Category)
    RETURN c, category.weight AS weight, null AS claim
  }
  WITH c, c.category_id AS via_id, sum(weight) AS weight, min(claim)[1] AS seed_id
  MATCH (c)<-[placed:IN_CATEGORY]-(p:Product)
  WHERE placed.rank <= $requests[request].per_entity
  WITH
    p,
    round(sum(weight / sqrt(placed.rank)), 9) AS strength,
    // The smallest list: most given, then the smallest id.
    min([-weight / sqrt(placed.rank), via_id, seed_id]) AS most
  WITH p.product_id AS product_id, strength, most
  ORDER BY strength DESC, product_id
  LIMIT coll.max([asked IN $requests | asked.limit])
  WITH collect([product_id, strength, most]) AS found
  UNWIND found[..$requests[request].limit] AS row
  RETURN row[0] AS product_id, row[1] AS strength, row[2] AS most
}
// In the order of the lists: a sort here would hold every row's whole list in memory.
RETURN request, product_id, strength, most[2] AS seed_id, most[1] AS via_id
