CYPHER 25
// What is shown of brands and categories; unknown ids give no row.
// params:  $brand_ids list<string>
//          $category_ids list<string>
// returns: label string, id string, name string, depth int
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
    null AS depth
  UNION ALL
  MATCH (c:Category) WHERE c.category_id IN $category_ids
  RETURN
    'Category' AS label,
    c.category_id AS id,
    c.name AS name,
    c.depth AS depth
}
RETURN label, id, name, depth
ORDER BY label, id
