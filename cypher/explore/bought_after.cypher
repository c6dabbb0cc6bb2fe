CYPHER 25
// What did people buy soon after this product?
// Put a product id between the quotes, or leave them empty for the most popular.
// returns: product string, next_id string, next string, brand string, people int, weight float
WITH '' AS product_id
CALL (product_id) {
  WHEN product_id <> '' THEN {
    MATCH (p:Product {product_id: product_id})
    RETURN p
  }
  ELSE {
    MATCH (p:Product)
    WHERE p.popularity IS NOT NULL
    RETURN p
    ORDER BY p.popularity DESC, p.product_id
    LIMIT 1
  }
}
MATCH (p)-[soon:BOUGHT_NEXT]->(other:Product)
OPTIONAL MATCH (other)-[:MADE_BY]->(brand:Brand)
RETURN
  p.title AS product,
  other.product_id AS next_id,
  other.title AS next,
  brand.name AS brand,
  soon.support AS people,
  round(soon.weight, 3) AS weight
ORDER BY soon.weight DESC, next_id
LIMIT 25
