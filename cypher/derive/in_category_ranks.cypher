CYPHER 25
// Ranks of products in their categories: [product_id, category_id, rank].
// params:  $rows list<list>
// returns: written int
UNWIND $rows AS row
MATCH (:Product {product_id: row[0]})-[r:IN_CATEGORY]->(:Category {category_id: row[1]})
SET r.rank = row[2]
RETURN count(*) AS written
