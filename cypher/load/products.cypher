CYPHER 25
// Products as their rows say; a null property is removed, one that a row does not have stays.
// params:  $source string
//          $rows list<map {id, properties}>
// returns: written int
UNWIND $rows AS row
MERGE (p:Product {product_id: row.id})
  ON CREATE SET p.source = $source
SET p += row.properties
RETURN count(*) AS written
