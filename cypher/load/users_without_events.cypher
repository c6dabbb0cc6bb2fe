CYPHER 25
// Users that a source wrote first and that have no events, a page at a time.
// params:  $source string
//          $after string
//          $limit int
// returns: user_id string
MATCH (u:User)
WHERE u.user_id > $after AND u.source = $source AND NOT EXISTS { (u)--() }
RETURN u.user_id AS user_id
ORDER BY user_id
LIMIT $limit
