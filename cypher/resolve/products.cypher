CYPHER 25
// What is shown of each product; unknown ids give no row.
// params:  $ids list<string>
// returns: product_id string, title string, brand_id string, brand string, category_ids list<string>, category_names list<string>, price_minor int, in_stock bool, image_url string, popularity float
//
// In Neo4j Browser:
//   :param ids => ["runner", "sock"]
MATCH (p:Product) WHERE p.product_id IN $ids
OPTIONAL MATCH (p)-[:MADE_BY]->(b:Brand)
WITH
  p,
  b,
  COLLECT { MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c ORDER BY c.category_id } AS direct
RETURN
  p.product_id AS product_id,
  p.title AS title,
  b.brand_id AS brand_id,
  b.name AS brand,
  [c IN direct | c.category_id] AS category_ids,
  [c IN direct | c.name] AS category_names,
  p.price_minor AS price_minor,
  coalesce(p.in_stock, true) AS in_stock,
  p.image_url AS image_url,
  p.popularity AS popularity
ORDER BY product_id
