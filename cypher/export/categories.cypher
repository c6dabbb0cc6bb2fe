CYPHER 25
// Categories by id, a page at a time: those after the id `after`.
// params:  $after string
//          $limit int
// returns: category_id string, name string, name_key string, parent_id string
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (c:Category) WHERE c.category_id > $after
WITH c ORDER BY c.category_id LIMIT $limit
OPTIONAL MATCH (c)-[:SUBCATEGORY_OF]->(parent:Category)
RETURN
  c.category_id AS category_id,
  c.name AS name,
  c.name_key AS name_key,
  parent.category_id AS parent_id
ORDER BY category_id
