CYPHER 25
// Categories of one depth, each below its parent, which is there already; a root has none.
// params:  $source string
//          $rows list<map {id, name, name_key, depth, parent}>
// returns: written int
UNWIND $rows AS row
MERGE (c:Category {category_id: row.id})
  ON CREATE SET c.source = $source
SET c.name = row.name, c.name_key = row.name_key, c.depth = row.depth
WITH c, row
OPTIONAL MATCH (parent:Category {category_id: row.parent})
FOREACH (p IN CASE WHEN parent IS NULL THEN [] ELSE [parent] END |
  MERGE (c)-[:SUBCATEGORY_OF]->(p)
)
RETURN count(*) AS written
