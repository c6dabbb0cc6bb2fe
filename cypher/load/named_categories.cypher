CYPHER 25
// Of these categories those that there are, each with its parent: the like of load/known_categories
// where one product is written.
// params:  $ids list<string>
// returns: id string, name string, name_key string, source string, depth int, parent string
UNWIND $ids AS id
MATCH (c:Category {category_id: id})
RETURN
  c.category_id AS id,
  c.name AS name,
  c.name_key AS name_key,
  c.source AS source,
  c.depth AS depth,
  head(COLLECT { MATCH (c)-[:SUBCATEGORY_OF]->(p:Category) RETURN p.category_id }) AS parent
