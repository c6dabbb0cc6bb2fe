CYPHER 25
// A user's path through the shop: the last 200 steps.
// Put a user id between the quotes, or leave them empty for the busiest user.
// returns: user_id string, at string, did string, product_id string, title string, category string, value float
WITH '' AS user_id
CALL (user_id) {
  WHEN user_id <> '' THEN {
    MATCH (u:User {user_id: user_id})
    RETURN u
  }
  ELSE {
    MATCH (u:User)
    RETURN u
    ORDER BY count { (u)-[:BOUGHT|LIKED|RATED]->() } DESC, u.user_id
    LIMIT 1
  }
}
OPTIONAL MATCH (meta:KgrecMeta)
MATCH (u)-[e:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->(p:Product)
WITH u, meta, e, p
ORDER BY e.at DESC, p.product_id, type(e)
LIMIT 200
RETURN
  u.user_id AS user_id,
  CASE meta.clock
    WHEN 'order' THEN toString(e.at)
    ELSE toString(datetime({epochSeconds: e.at}))
  END AS at,
  type(e) AS did,
  p.product_id AS product_id,
  p.title AS title,
  head(COLLECT { MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c.name ORDER BY c.category_id })
    AS category,
  e.value AS value
ORDER BY e.at, product_id, did
