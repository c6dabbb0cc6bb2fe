CYPHER 25
// Products of the seeds' brands and of the brands given, the `per_entity` most popular of each: the
// brand's weight (of its seeds and its own) / sqrt(rank). With it the heaviest seed of that brand.
// params:  $requests list<map {seeds list<map {id string, weight float}>,
//            brands list<map {id string, weight float}>, per_entity int, limit int}>
// returns: request int, product_id string, strength float, seed_id string, via_id string
//
// In Neo4j Browser:
//   :param requests => [{seeds: [{id: "runner", weight: 1.0}], brands: [], per_entity: 200, limit: 10}]
UNWIND range(0, size($requests) - 1) AS request
CALL (request) {
  CALL (request) {
    UNWIND $requests[request].seeds AS seed
    MATCH (:Product {product_id: seed.id})-[:MADE_BY]->(b:Brand)
    RETURN b, seed.weight AS weight, [-seed.weight, seed.id] AS claim
    UNION ALL
    UNWIND $requests[request].brands AS brand
    MATCH (b:Brand {brand_id: brand.id})
    RETURN b, brand.weight AS weight, null AS claim
  }
  WITH b, b.brand_id AS via_id, sum(weight) AS weight, min(claim)[1] AS seed_id
  MATCH (b)<-[made:MADE_BY]-(p:Product)
  WHERE made.rank <= $requests[request].per_entity
  WITH
    via_id,
    seed_id,
    p.product_id AS product_id,
    round(weight / sqrt(made.rank), 9) AS strength
  ORDER BY strength DESC, product_id
  LIMIT coll.max([asked IN $requests | asked.limit])
  WITH collect([product_id, strength, seed_id, via_id]) AS found
  UNWIND found[..$requests[request].limit] AS row
  RETURN row[0] AS product_id, row[1] AS strength, row[2] AS seed_id, row[3] AS via_id
}
// In the order of the lists: a sort here would hold every row's whole list in memory.
RETURN request, product_id, strength, seed_id, via_id
