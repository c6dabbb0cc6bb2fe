CYPHER 25
// Remove users.
// params:  $ids list<string>
// returns: removed int
UNWIND $ids AS id
MATCH (u:User {user_id: id})
DETACH DELETE u
RETURN count(*) AS removed
