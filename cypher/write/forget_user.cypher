CYPHER 25
// Forget a user with all events, and keep the hash of the id so that no load brings it back. No
// row where there is no such user.
// params:  $user_id string
//          $hash string
// returns: types list<string>
//
// In Neo4j Browser:
//   :param user_id => 'nobody'
//   :param hash => '00'
MATCH (u:User {user_id: $user_id})
WITH u, COLLECT { MATCH (u)-[e]->(:Product) RETURN type(e) } AS types
MERGE (:Forgotten {hash: $hash})
DETACH DELETE u
RETURN types
