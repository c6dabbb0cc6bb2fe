CYPHER 25
// Which of these events there are, by type, and what is known of each.
// params:  $viewed list<string>
//          $added_to_cart list<string>
//          $bought list<string>
//          $liked list<string>
//          $rated list<string>
// returns: type string, event_id string, user_id string, product_id string, at int, value float, order_id string, source string
UNWIND $viewed AS id
MATCH (u:User)-[e:VIEWED {event_id: id}]->(p:Product)
RETURN
  'VIEWED' AS type, id AS event_id, u.user_id AS user_id, p.product_id AS product_id,
  e.at AS at, e.value AS value, e.order_id AS order_id, e.source AS source
UNION ALL
UNWIND $added_to_cart AS id
MATCH (u:User)-[e:ADDED_TO_CART {event_id: id}]->(p:Product)
RETURN
  'ADDED_TO_CART' AS type, id AS event_id, u.user_id AS user_id, p.product_id AS product_id,
  e.at AS at, e.value AS value, e.order_id AS order_id, e.source AS source
UNION ALL
UNWIND $bought AS id
MATCH (u:User)-[e:BOUGHT {event_id: id}]->(p:Product)
RETURN
  'BOUGHT' AS type, id AS event_id, u.user_id AS user_id, p.product_id AS product_id,
  e.at AS at, e.value AS value, e.order_id AS order_id, e.source AS source
UNION ALL
UNWIND $liked AS id
MATCH (u:User)-[e:LIKED {event_id: id}]->(p:Product)
RETURN
  'LIKED' AS type, id AS event_id, u.user_id AS user_id, p.product_id AS product_id,
  e.at AS at, e.value AS value, e.order_id AS order_id, e.source AS source
UNION ALL
UNWIND $rated AS id
MATCH (u:User)-[e:RATED {event_id: id}]->(p:Product)
RETURN
  'RATED' AS type, id AS event_id, u.user_id AS user_id, p.product_id AS product_id,
  e.at AS at, e.value AS value, e.order_id AS order_id, e.source AS source
