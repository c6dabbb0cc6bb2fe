CYPHER 25
// Remove brands that a source wrote and that no product has any more.
// params:  $source string
//          $kept list<string>
// returns: removed int
MATCH (b:Brand)
WHERE
  b.source = $source AND
  NOT EXISTS { (:Product)-[:MADE_BY]->(b) } AND
  NOT b.brand_id IN $kept
DETACH DELETE b
RETURN count(*) AS removed
