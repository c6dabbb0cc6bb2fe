CYPHER 25
// Remove categories that a source wrote and that hold neither products nor categories any more.
// What was above them may be empty after that.
// params:  $source string
//          $kept list<string>
// returns: removed int
MATCH (c:Category)
WHERE
  c.source = $source AND
  NOT EXISTS { (:Product)-[:IN_CATEGORY]->(c) } AND
  NOT EXISTS { (:Category)-[:SUBCATEGORY_OF]->(c) } AND
  NOT c.category_id IN $kept
DETACH DELETE c
RETURN count(*) AS removed
