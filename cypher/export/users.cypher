CYPHER 25
// Users by id, a page at a time: those after the id `after`. Of each all events, as
// [product_id, type, at, value, order_id].
// params:  $after string
//          $limit int
// returns: user_id string, events list<list>
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (u:User) WHERE u.user_id > $after
WITH u ORDER BY u.user_id LIMIT $limit
RETURN
  u.user_id AS user_id,
  COLLECT {
    MATCH (u)-[e:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->(p:Product)
    RETURN [p.product_id, type(e), e.at, e.value, e.order_id]
  } AS events
ORDER BY user_id
