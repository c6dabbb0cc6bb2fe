CYPHER 25
// Products leave brands, by brand: [brand_id, [product_id, ...]].
// params:  $rows list<list>
// returns: removed int
UNWIND $rows AS row
MATCH (b:Brand {brand_id: row[0]})
UNWIND row[1] AS id
MATCH (:Product {product_id: id})-[r:MADE_BY]->(b)
DELETE r
RETURN count(*) AS removed
