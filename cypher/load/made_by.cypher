CYPHER 25
// Products to their brands, by brand: [brand_id, [product_id, ...]].
// params:  $rows list<list>
// returns: written int
UNWIND $rows AS row
MATCH (b:Brand {brand_id: row[0]})
UNWIND row[1] AS id
MATCH (p:Product {product_id: id})
MERGE (p)-[:MADE_BY]->(b)
RETURN count(*) AS written
