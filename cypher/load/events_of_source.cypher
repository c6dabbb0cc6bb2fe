CYPHER 25
// The events that a source wrote, by user, a page of users at a time: those after the id `after`.
// params:  $source string
//          $after string
//          $limit int
// returns: user_id string, events list<list>
MATCH (u:User)
WHERE u.user_id > $after
WITH u
ORDER BY u.user_id
LIMIT $limit
RETURN
  u.user_id AS user_id,
  COLLECT {
    MATCH (u)-[e:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->(:Product)
    WHERE e.source = $source
    RETURN [type(e), e.event_id]
  } AS events
ORDER BY user_id
