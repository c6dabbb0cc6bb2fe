CYPHER 25
// Products by id, a page at a time: those after the id `after`.
// params:  $after string
//          $limit int
// returns: product_id string, title string, description string, image_url string, price_minor int, in_stock bool, released_at int, brand_id string, category_ids list<string>, popularity float, mean_age float, mean_place float
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (p:Product) WHERE p.product_id > $after
WITH p ORDER BY p.product_id LIMIT $limit
RETURN
  p.product_id AS product_id,
  p.title AS title,
  p.description AS description,
  p.image_url AS image_url,
  p.price_minor AS price_minor,
  p.in_stock AS in_stock,
  p.released_at AS released_at,
  head(COLLECT { MATCH (p)-[:MADE_BY]->(b:Brand) RETURN b.brand_id }) AS brand_id,
  COLLECT { MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c.category_id } AS category_ids,
  p.popularity AS popularity,
  p.mean_age AS mean_age,
  p.mean_place AS mean_place
ORDER BY product_id
