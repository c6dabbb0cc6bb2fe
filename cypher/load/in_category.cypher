CYPHER 25
// Products to their categories, by category: [category_id, [product_id, ...]].
// params:  $rows list<list>
// returns: written int
UNWIND $rows AS row
MATCH (c:Category {category_id: row[0]})
UNWIND row[1] AS id
MATCH (p:Product {product_id: id})
MERGE (p)-[:IN_CATEGORY]->(c)
RETURN count(*) AS written
