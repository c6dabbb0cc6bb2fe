CYPHER 25
// Products that people bought the seeds soon after: BOUGHT_NEXT walked backwards, along the 50
// strongest relationships that lead to a seed. A product's strength is the sum of seed weight *
// weight of the relationship; with it the seed that gave most, and that relationship.
// params:  $requests list<map {seeds list<map {id string, weight float}>, limit int}>
// returns: request int, product_id string, strength float, seed_id string, weight float, support int
//
// In Neo4j Browser:
//   :param requests => [{seeds: [{id: "runner", weight: 1.0}], limit: 10}]
UNWIND range(0, size($requests) - 1) AS request
CALL (request) {
  UNWIND $requests[request].seeds AS seed
  WITH seed.id AS seed_id, seed.weight AS given
  CALL (seed_id) {
    MATCH (:Product {product_id: seed_id})<-[bought:BOUGHT_NEXT]-(p:Product)
    RETURN p, bought.weight AS weight, bought.support AS support
    ORDER BY weight DESC, p.product_id
    LIMIT 50
  }
  WITH seed_id, p, weight, support, given * weight AS addend
  WITH
    p,
    round(sum(addend), 9) AS strength,
    // The smallest list: most given, then the smallest id.
    min([-addend, seed_id, weight, support]) AS most
  WITH p.product_id AS product_id, strength, most
  ORDER BY strength DESC, product_id
  LIMIT coll.max([asked IN $requests | asked.limit])
  WITH collect([product_id, strength, most]) AS found
  UNWIND found[..$requests[request].limit] AS row
  RETURN row[0] AS product_id, row[1] AS strength, row[2] AS most
}
// In the order of the lists: a sort here would hold every row's whole list in memory.
RETURN
  request,
  product_id,
  strength,
  most[1] AS seed_id,
  most[2] AS weight,
  most[3] AS support
