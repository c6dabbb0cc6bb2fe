CYPHER 25
// Brands with the name they are shown by.
// params:  $source string
//          $rows list<map {id, name, name_key}>
// returns: written int
UNWIND $rows AS row
MERGE (b:Brand {brand_id: row.id})
  ON CREATE SET b.source = $source
SET b.name = row.name, b.name_key = row.name_key
RETURN count(*) AS written
