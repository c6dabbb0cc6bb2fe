CYPHER 25
// New events of one type, by user: [user_id, [[product_id, event_id, at, value, order_id], ...]].
// Their constraint refuses one that is there already.
// params:  $source string
//          $type string
//          $rows list<list>
// returns: created int
UNWIND $rows AS row
MATCH (u:User {user_id: row[0]})
UNWIND row[1] AS event
MATCH (p:Product {product_id: event[0]})
CREATE (u)-[:$($type) {
  event_id: event[1],
  at: event[2],
  value: event[3],
  order_id: event[4],
  source: $source
}]->(p)
RETURN count(*) AS created
