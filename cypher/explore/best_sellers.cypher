CYPHER 25
// Best sellers of a category, its subcategories included.
// Put a category id between the quotes, or leave them empty for the one with most products.
// returns: category string, product_id string, title string, brand string, price_minor int, in_stock boolean, people int, popularity float
WITH '' AS category_id
CALL (category_id) {
  WHEN category_id <> '' THEN {
    MATCH (c:Category {category_id: category_id})
    RETURN c
  }
  ELSE {
    MATCH (c:Category)
    RETURN c
    ORDER BY count { (c)<-[:IN_CATEGORY]-() } DESC, c.category_id
    LIMIT 1
  }
}
MATCH (c)<-[:SUBCATEGORY_OF]-*(:Category)<-[:IN_CATEGORY]-(p:Product)
WITH DISTINCT c, p
ORDER BY p.popularity DESC, p.product_id
LIMIT 25
OPTIONAL MATCH (p)-[:MADE_BY]->(brand:Brand)
RETURN
  c.name AS category,
  p.product_id AS product_id,
  p.title AS title,
  brand.name AS brand,
  p.price_minor AS price_minor,
  p.in_stock AS in_stock,
  count {
    MATCH (p)<-[e:BOUGHT|LIKED|RATED WHERE type(e) <> 'RATED' OR e.value >= 4]-(u:User)
    RETURN DISTINCT u
  } AS people,
  round(p.popularity, 3) AS popularity
ORDER BY popularity DESC, product_id
