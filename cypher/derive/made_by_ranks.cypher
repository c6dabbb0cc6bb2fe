CYPHER 25
// Ranks of products in their brands: [product_id, brand_id, rank].
// params:  $rows list<list>
// returns: written int
UNWIND $rows AS row
MATCH (:Product {product_id: row[0]})-[r:MADE_BY]->(:Brand {brand_id: row[1]})
SET r.rank = row[2]
RETURN count(*) AS written
