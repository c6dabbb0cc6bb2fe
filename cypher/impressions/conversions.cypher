CYPHER 25
// How many of these clicks a purchase followed: of the same product, by the same user, at most so
// many seconds later.
// params:  $clicks list<list>
//          $seconds int
// returns: conversions int
//
// Each click is [user_id, product_id, [at, ...]]: all that a user did to a product, counted once.
//
// In Neo4j Browser:
//   :param clicks => [['ann', 'runner', [1735603200]]]
//   :param seconds => 604800
UNWIND $clicks AS click
MATCH (u:User {user_id: click[0]})
MATCH (p:Product {product_id: click[1]})
WHERE EXISTS {
  MATCH (u)-[b:BOUGHT]->(p)
  WHERE any(at IN click[2] WHERE at <= b.at AND b.at <= at + $seconds)
}
RETURN count(*) AS conversions
