CYPHER 25
// What scoring needs of each product: its text vector in slot b, title, brand, categories and
// derived numbers; unknown ids give no row.
// params:  $ids list<string>
// returns: product_id string, embedding vector, title string, brand_id string, category_ids list<string>, popularity float, mean_age float, mean_place float, price_minor int, in_stock bool
//
// In Neo4j Browser:
//   :param ids => ["runner", "sock"]
MATCH (p:Product) WHERE p.product_id IN $ids
RETURN
  p.product_id AS product_id,
  // A list of numbers, packed: three times as fast on its way.
  vector(p.text_embedding_b, size(p.text_embedding_b), FLOAT32) AS embedding,
  p.title AS title,
  head(COLLECT { MATCH (p)-[:MADE_BY]->(b:Brand) RETURN b.brand_id }) AS brand_id,
  coll.sort(COLLECT { MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c.category_id }) AS category_ids,
  p.popularity AS popularity,
  p.mean_age AS mean_age,
  p.mean_place AS mean_place,
  p.price_minor AS price_minor,
  coalesce(p.in_stock, true) AS in_stock
ORDER BY product_id
