CYPHER 25
// All categories, each with its parent.
// returns: id string, name string, name_key string, source string, depth int, parent string
MATCH (c:Category)
RETURN
  c.category_id AS id,
  c.name AS name,
  c.name_key AS name_key,
  c.source AS source,
  c.depth AS depth,
  head(COLLECT { MATCH (c)-[:SUBCATEGORY_OF]->(p:Category) RETURN p.category_id }) AS parent
