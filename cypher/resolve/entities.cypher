CYPHER 25
// What is shown of brands and categories; unknown ids give no row. The products of a category are
// those of its subtree, one in two of its places counting twice.
// params:  $brand_ids list<string>
//          $category_ids list<string>
// returns: label string, id string, name string, depth int, products int
//
// In Neo4j Browser:
//   :param brand_ids => ["acme"]
//   :param category_ids => ["beauty/lips"]
CALL () {
  MATCH (b:Brand) WHERE b.brand_id IN $brand_ids
  RETURN
    'Brand' AS label,
    b.brand_id AS id,
    b.name AS name,
    null AS depth,
    COUNT { (b)<-[:MADE_BY]-() } AS products
  UNION ALL
  MATCH (c:Category) WHERE c.category_id IN $category_ids
  CALL (c) {
    MATCH (d:Category)-[:SUBCATEGORY_OF*0..]->(c)
    RETURN sum(COUNT { (d)<-[:IN_CATEGORY]-() }) AS products
  }
  RETURN
    'Category' AS label,
    c.category_id AS id,
    c.name AS name,
    c.depth AS depth,
    products
}
RETURN label, id, name, depth, products
ORDER BY label, id
