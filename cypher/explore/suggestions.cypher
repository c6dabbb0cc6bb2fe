CYPHER 25
// A recommendation, drawn: what others bought soon after.
// From what a user wanted last to the five products that others bought most often after it.
// Put a user id between the quotes, or leave them empty for the busiest user.
// returns: path path
WITH '' AS user_id
CALL (user_id) {
  WHEN user_id <> '' THEN {
    MATCH (u:User {user_id: user_id})
    RETURN u
  }
  ELSE {
    MATCH (u:User)
    RETURN u
    ORDER BY count { (u)-[:BOUGHT|LIKED|RATED]->() } DESC, u.user_id
    LIMIT 1
  }
}
MATCH (u)-[e:BOUGHT|LIKED|RATED WHERE type(e) <> 'RATED' OR e.value >= 4]->(had:Product)
WITH u, had, max(e.at) AS at
ORDER BY at DESC, had.product_id
LIMIT 10
MATCH (had)-[soon:BOUGHT_NEXT]->(new:Product)
WHERE new.in_stock AND NOT EXISTS { (u)-[:BOUGHT|LIKED|RATED]->(new) }
WITH u, had, new, soon.weight AS weight
ORDER BY weight DESC, had.product_id
WITH u, new, sum(weight) AS strength, collect(had) AS because
ORDER BY strength DESC, new.product_id
LIMIT 5
UNWIND because[..3] AS had
CALL (u, had) {
  MATCH (u)-[e:BOUGHT|LIKED|RATED]->(had)
  RETURN e
  ORDER BY e.at DESC, type(e)
  LIMIT 1
}
MATCH path = (u)-[e]->(had)-[:BOUGHT_NEXT]->(new)
RETURN path
