CYPHER 25
// The brands and the direct categories that these products have now.
// params:  $ids list<string>
// returns: product_id string, source string, brand_ids list<string>, category_ids list<string>
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
RETURN
  p.product_id AS product_id,
  p.source AS source,
  COLLECT { MATCH (p)-[:MADE_BY]->(b:Brand) RETURN b.brand_id } AS brand_ids,
  COLLECT { MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c.category_id } AS category_ids
