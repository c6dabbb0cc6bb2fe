CYPHER 25
// Users that are not there yet.
// params:  $source string
//          $ids list<string>
// returns: created int
UNWIND $ids AS id
WITH id
WHERE NOT EXISTS { (:User {user_id: id}) }
MERGE (u:User {user_id: id})
  ON CREATE SET u.source = $source
RETURN count(*) AS created
