CYPHER 25
// Which of these events there are, by type: of each [event_id, user_id, product_id, at, value,
// order_id, source]. Lists in one row, which the driver reads many times faster than rows.
// params:  $viewed list<string>
//          $added_to_cart list<string>
//          $bought list<string>
//          $liked list<string>
//          $rated list<string>
// returns: type string, events list<list>
UNWIND $viewed AS id
MATCH (u:User)-[e:VIEWED {event_id: id}]->(p:Product)
RETURN
  'VIEWED' AS type,
  collect([id, u.user_id, p.product_id, e.at, e.value, e.order_id, e.source]) AS events
UNION ALL
UNWIND $added_to_cart AS id
MATCH (u:User)-[e:ADDED_TO_CART {event_id: id}]->(p:Product)
RETURN
  'ADDED_TO_CART' AS type,
  collect([id, u.user_id, p.product_id, e.at, e.value, e.order_id, e.source]) AS events
UNION ALL
UNWIND $bought AS id
MATCH (u:User)-[e:BOUGHT {event_id: id}]->(p:Product)
RETURN
  'BOUGHT' AS type,
  collect([id, u.user_id, p.product_id, e.at, e.value, e.order_id, e.source]) AS events
UNION ALL
UNWIND $liked AS id
MATCH (u:User)-[e:LIKED {event_id: id}]->(p:Product)
RETURN
  'LIKED' AS type,
  collect([id, u.user_id, p.product_id, e.at, e.value, e.order_id, e.source]) AS events
UNION ALL
UNWIND $rated AS id
MATCH (u:User)-[e:RATED {event_id: id}]->(p:Product)
RETURN
  'RATED' AS type,
  collect([id, u.user_id, p.product_id, e.at, e.value, e.order_id, e.source]) AS events
