CYPHER 25
// Brands and categories whose name has one of the keys (kg.language.name_key).
// params:  $keys list<string>
// returns: key string, label string, id string, name string
//
// In Neo4j Browser:
//   :param keys => ["acme", "lipstick"]
CALL () {
  MATCH (b:Brand) WHERE b.name_key IN $keys
  RETURN
    b.name_key AS key,
    'Brand' AS label,
    b.brand_id AS id,
    b.name AS name
  UNION ALL
  MATCH (c:Category) WHERE c.name_key IN $keys
  RETURN
    c.name_key AS key,
    'Category' AS label,
    c.category_id AS id,
    c.name AS name
}
RETURN key, label, id, name
ORDER BY key, label, id
