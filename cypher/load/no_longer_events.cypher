CYPHER 25
// Remove events, by type.
// params:  $viewed list<string>
//          $added_to_cart list<string>
//          $bought list<string>
//          $liked list<string>
//          $rated list<string>
// returns: asked int
CALL () {
  UNWIND $viewed AS id
  MATCH ()-[e:VIEWED {event_id: id}]->()
  DELETE e
}
CALL () {
  UNWIND $added_to_cart AS id
  MATCH ()-[e:ADDED_TO_CART {event_id: id}]->()
  DELETE e
}
CALL () {
  UNWIND $bought AS id
  MATCH ()-[e:BOUGHT {event_id: id}]->()
  DELETE e
}
CALL () {
  UNWIND $liked AS id
  MATCH ()-[e:LIKED {event_id: id}]->()
  DELETE e
}
CALL () {
  UNWIND $rated AS id
  MATCH ()-[e:RATED {event_id: id}]->()
  DELETE e
}
RETURN size($viewed) + size($added_to_cart) + size($bought) + size($liked) + size($rated) AS asked
