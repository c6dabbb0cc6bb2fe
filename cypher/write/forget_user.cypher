CYPHER 25
// Forget a user with all events, and keep the hash of the id so that no load brings it back. No
// row where there is no such user. MERGE waits for a load that makes the user at this very moment.
// params:  $user_id string
//          $hash string
// returns: types list<string>
//
// In Neo4j Browser:
//   :param user_id => 'nobody'
//   :param hash => '00'
MERGE (u:User {user_id: $user_id})
  ON CREATE SET u.nobody = true
WITH
  u,
  u.nobody IS NULL AS known,
  COLLECT { MATCH (u)-[e]->(:Product) RETURN type(e) } AS types
FOREACH (hash IN CASE WHEN known THEN [$hash] ELSE [] END | MERGE (:Forgotten {hash: hash}))
DETACH DELETE u
WITH known, types
WHERE known
RETURN types
