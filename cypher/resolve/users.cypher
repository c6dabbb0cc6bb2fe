CYPHER 25
// The first users by id whose id begins with the prefix.
// params:  $prefix string
//          $limit int
// returns: user_id string
//
// In Neo4j Browser:
//   :param prefix => "a"
//   :param limit => 10
MATCH (u:User) WHERE u.user_id STARTS WITH $prefix
RETURN u.user_id AS user_id
ORDER BY user_id
LIMIT $limit
