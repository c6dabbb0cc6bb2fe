CYPHER 25
// Events whose moment, value or order changed; each is found by its user, product and id.
// params:  $rows list<map {type, event_id, user_id, product_id, at, value, order_id}>
// returns: changed int
UNWIND $rows AS row
MATCH (:User {user_id: row.user_id})-[e:$(row.type)]->(:Product {product_id: row.product_id})
WHERE e.event_id = row.event_id
SET e.at = row.at, e.value = row.value, e.order_id = row.order_id
RETURN count(*) AS changed
