CYPHER 25
// Products leave categories, by category: [category_id, [product_id, ...]].
// params:  $rows list<list>
// returns: removed int
UNWIND $rows AS row
MATCH (c:Category {category_id: row[0]})
UNWIND row[1] AS id
MATCH (:Product {product_id: id})-[r:IN_CATEGORY]->(c)
DELETE r
RETURN count(*) AS removed
