CYPHER 25
// New BOUGHT_WITH relationships, by product: [product_id, [[product_id, weight, support], ...]].
// params:  $rows list<list>
// returns: created int
UNWIND $rows AS row
MATCH (a:Product {product_id: row[0]})
UNWIND row[1] AS edge
MATCH (b:Product {product_id: edge[0]})
CREATE (a)-[:BOUGHT_WITH {weight: edge[1], support: edge[2]}]->(b)
RETURN count(*) AS created
