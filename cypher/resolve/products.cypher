CYPHER 25
// What is shown of each product; unknown ids give no row.
// params:  $ids list<string>
// returns: product_id string, title string, brand_id string, brand string, category_ids list<string>, category_names list<string>, price_minor int, in_stock bool, image_url string, popularity float, brand_rank int, category_ranks list<int>
//
// In Neo4j Browser:
//   :param ids => ["runner", "sock"]
MATCH (p:Product) WHERE p.product_id IN $ids
OPTIONAL MATCH (p)-[made:MADE_BY]->(b:Brand)
WITH
  p,
  made,
  b,
  COLLECT {
    MATCH (p)-[placed:IN_CATEGORY]->(c:Category)
    RETURN {id: c.category_id, name: c.name, rank: placed.rank} ORDER BY c.category_id
  } AS direct
RETURN
  p.product_id AS product_id,
  p.title AS title,
  b.brand_id AS brand_id,
  b.name AS brand,
  [c IN direct | c.id] AS category_ids,
  [c IN direct | c.name] AS category_names,
  p.price_minor AS price_minor,
  coalesce(p.in_stock, true) AS in_stock,
  p.image_url AS image_url,
  p.popularity AS popularity,
  made.rank AS brand_rank,
  [c IN direct | c.rank] AS category_ranks
ORDER BY product_id
