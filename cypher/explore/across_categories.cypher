CYPHER 25
// What is bought together from different shelves?
// Pairs of products without a common category, those of most people first.
// returns: product string, category string, other string, other_category string, people int, weight float
CALL () {
  // Both directions are stored, with one weight.
  MATCH (one:Product)-[pair:BOUGHT_WITH]->(other:Product)
  WHERE
    (one.product_id < other.product_id OR NOT EXISTS { (other)-[:BOUGHT_WITH]->(one) }) AND
    NOT EXISTS { (one)-[:IN_CATEGORY]->(:Category)<-[:IN_CATEGORY]-(other) }
  RETURN one, pair, other
  ORDER BY pair.support DESC, pair.weight DESC, one.product_id, other.product_id
  LIMIT 25
}
RETURN
  one.title AS product,
  head(COLLECT { MATCH (one)-[:IN_CATEGORY]->(c:Category) RETURN c.name ORDER BY c.category_id })
    AS category,
  other.title AS other,
  head(COLLECT { MATCH (other)-[:IN_CATEGORY]->(c:Category) RETURN c.name ORDER BY c.category_id })
    AS other_category,
  pair.support AS people,
  round(pair.weight, 3) AS weight
ORDER BY people DESC, weight DESC, product, other
