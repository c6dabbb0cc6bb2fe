CYPHER 25
// A product that nothing was derived for yet has no popularity, and stands behind all others of its
// brand and categories, until the graph is derived again.
// params:  $product_id string
// returns: product_id string
//
// In Neo4j Browser:
//   :param product_id => 'runner'
MATCH (p:Product {product_id: $product_id})
SET p.popularity = coalesce(p.popularity, 0.0)
WITH p
CALL (p) {
  MATCH (p)-[made:MADE_BY]->(b:Brand)
  WHERE made.rank IS NULL
  SET made.rank = COUNT { (b)<-[:MADE_BY]-() }
}
CALL (p) {
  MATCH (p)-[placed:IN_CATEGORY]->(c:Category)
  WHERE placed.rank IS NULL
  SET placed.rank = COUNT { (c)<-[:IN_CATEGORY]-() }
}
RETURN p.product_id AS product_id
