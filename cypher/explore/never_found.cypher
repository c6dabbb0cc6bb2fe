CYPHER 25
// Products that nobody finds: in stock, and not one event.
// With how many products sell beside it: is it the product, or the shelf?
// returns: product_id string, title string, brand string, category string, sold_beside int
CALL () {
  MATCH (p:Product)
  WHERE
    p.in_stock AND
    NOT EXISTS { (p)<-[:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]-(:User) }
  RETURN p
  ORDER BY p.product_id
  LIMIT 100
}
OPTIONAL MATCH (p)-[:MADE_BY]->(brand:Brand)
CALL (p) {
  OPTIONAL MATCH (p)-[:IN_CATEGORY]->(category:Category)
  RETURN category
  ORDER BY category.depth DESC, category.category_id
  LIMIT 1
}
RETURN
  p.product_id AS product_id,
  p.title AS title,
  brand.name AS brand,
  category.name AS category,
  count {
    MATCH (category)<-[:IN_CATEGORY]-(beside:Product)
    WHERE beside.popularity > 0
  } AS sold_beside
ORDER BY sold_beside DESC, product_id
