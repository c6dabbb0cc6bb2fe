CYPHER 25
// A page of categories by id: the names on the path from the root, the hash of the text they were
// embedded by, and whether they have a vector in a slot.
// params:  $after string
//          $limit int
//          $property string
// returns: id string, path list<string>, text_hash string, embedded bool
//
// In Neo4j Browser:
//   :param after => ''
//   :param limit => 10
//   :param property => 'text_embedding_a'
MATCH (c:Category)
WHERE c.category_id > $after
WITH c
ORDER BY c.category_id
LIMIT $limit
RETURN
  c.category_id AS id,
  COLLECT {
    MATCH up = (c)-[:SUBCATEGORY_OF*0..]->(above:Category) RETURN above.name ORDER BY length(up) DESC
  } AS path,
  c.text_hash AS text_hash,
  c[$property] IS NOT NULL AS embedded
ORDER BY id
