CYPHER 25
// What is derived for products, a page at a time: those after the id `after`. Brand and categories
// as [id, rank].
// params:  $after string
//          $limit int
// returns: product_id string, popularity float, mean_age float, mean_place float, made_by list<list>, in_category list<list>
MATCH (p:Product)
WHERE p.product_id > $after
WITH p
ORDER BY p.product_id
LIMIT $limit
RETURN
  p.product_id AS product_id,
  p.popularity AS popularity,
  p.mean_age AS mean_age,
  p.mean_place AS mean_place,
  COLLECT { MATCH (p)-[r:MADE_BY]->(b:Brand) RETURN [b.brand_id, r.rank] } AS made_by,
  COLLECT { MATCH (p)-[r:IN_CATEGORY]->(c:Category) RETURN [c.category_id, r.rank] } AS in_category
ORDER BY product_id
