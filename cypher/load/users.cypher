CYPHER 25
// Users that are not there yet: [user_id, hash of the id]. Those who are to stay forgotten are left
// out. Whether a user is forgotten is asked once the user's id is locked (MERGE does that), so that
// nobody who is forgotten at this very moment comes back.
// params:  $source string
//          $users list<list>
// returns: created int, forgotten list<string>
UNWIND $users AS row
WITH row[0] AS id, row[1] AS hash
WHERE NOT EXISTS { (:User {user_id: id}) } OR EXISTS { (:Forgotten {hash: hash}) }
MERGE (u:User {user_id: id})
  ON CREATE SET u.source = $source
WITH u, id, EXISTS { (:Forgotten {hash: hash}) } AS forgotten
FOREACH (gone IN CASE WHEN forgotten THEN [u] ELSE [] END | DETACH DELETE gone)
RETURN
  sum(CASE WHEN forgotten THEN 0 ELSE 1 END) AS created,
  collect(CASE WHEN forgotten THEN id END) AS forgotten
