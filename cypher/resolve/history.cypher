CYPHER 25
// What each user did with which products before `until`, the newest first: one row a product.
// A user without events gives one row without a product, an unknown user none.
// params:  $requests list<map {user_id string, until int or null}>
// returns: request int, product_id string, at int, types list<string>, value float
//
// In Neo4j Browser:
//   :param requests => [{user_id: "ann", until: null}]
UNWIND range(0, size($requests) - 1) AS request
WITH request, $requests[request] AS asked
MATCH (u:User {user_id: asked.user_id})
CALL (u, asked) {
  OPTIONAL MATCH (u)-[e:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->(p:Product)
  WHERE asked.until IS NULL OR e.at < asked.until
  // Of ratings at one time the highest counts.
  WITH p, e ORDER BY e.at, e.value
  WITH
    p,
    max(e.at) AS at,
    collect(DISTINCT type(e)) AS types,
    collect(CASE WHEN e:RATED THEN e.value END)[-1] AS value
  RETURN p.product_id AS product_id, at, coll.sort(types) AS types, value
}
RETURN request, product_id, at, types, value
ORDER BY request, at DESC, product_id
