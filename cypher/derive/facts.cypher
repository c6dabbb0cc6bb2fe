CYPHER 25
// What follows from the events of products: [product_id, popularity, mean_age, mean_place].
// params:  $rows list<list>
// returns: written int
UNWIND $rows AS row
MATCH (p:Product {product_id: row[0]})
SET p.popularity = row[1], p.mean_age = row[2], p.mean_place = row[3]
RETURN count(*) AS written
