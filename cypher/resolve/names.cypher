CYPHER 25
// Brands and categories whose name has one of the keys (kg.language.name_key), and how many products
// they have: of a category with its subtree, a product in two of its places counting twice.
// params:  $keys list<string>
// returns: key string, label string, id string, name string, products int
//
// In Neo4j Browser:
//   :param keys => ["acme", "lipstick"]
CALL () {
  MATCH (b:Brand) WHERE b.name_key IN $keys
  RETURN
    b.name_key AS key,
    'Brand' AS label,
    b.brand_id AS id,
    b.name AS name,
    COUNT { (b)<-[:MADE_BY]-() } AS products
  UNION ALL
  MATCH (c:Category) WHERE c.name_key IN $keys
  CALL (c) {
    MATCH (d:Category)-[:SUBCATEGORY_OF*0..]->(c)
    RETURN sum(COUNT { (d)<-[:IN_CATEGORY]-() }) AS products
  }
  RETURN
    c.name_key AS key,
    'Category' AS label,
    c.category_id AS id,
    c.name AS name,
    products
}
RETURN key, label, id, name, products
ORDER BY key, label, id
