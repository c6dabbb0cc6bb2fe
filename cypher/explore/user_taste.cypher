CYPHER 25
// A user's taste at a glance: their brands and categories.
// Put a user id between the quotes, or leave them empty for the busiest user.
// returns: user_id string, kind string, name string, products int, share float, last string
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
OPTIONAL MATCH (meta:KgrecMeta)
MATCH (u)-[e:BOUGHT|LIKED|RATED WHERE type(e) <> 'RATED' OR e.value >= 4]->(p:Product)
WITH u, meta.clock AS clock, p, max(e.at) AS at
WITH u, clock, collect({product: p, at: at}) AS wanted
UNWIND wanted AS one
WITH u, clock, one.product AS p, one.at AS at, size(wanted) AS all
MATCH (p)-[:MADE_BY|IN_CATEGORY]->(what:Brand|Category)
WITH u, clock, what, count(*) AS products, max(at) AS at, all
RETURN
  u.user_id AS user_id,
  CASE WHEN what:Brand THEN 'brand' ELSE 'category' END AS kind,
  what.name AS name,
  products,
  round(1.0 * products / all, 2) AS share,
  CASE clock
    WHEN 'order' THEN toString(at)
    ELSE toString(date(datetime({epochSeconds: at})))
  END AS last
ORDER BY products DESC, at DESC, name
LIMIT 20
