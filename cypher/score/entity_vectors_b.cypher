CYPHER 25
// The text vectors in slot b of brands and categories; those without one give no row.
// params:  $brand_ids list<string>
//          $category_ids list<string>
// returns: label string, id string, embedding vector
//
// In Neo4j Browser:
//   :param brand_ids => ["acme"]
//   :param category_ids => ["beauty"]
CALL () {
  MATCH (b:Brand)
  WHERE b.brand_id IN $brand_ids AND b.text_embedding_b IS NOT NULL
  RETURN 'Brand' AS label, b.brand_id AS id, b.text_embedding_b AS stored
  UNION ALL
  MATCH (c:Category)
  WHERE c.category_id IN $category_ids AND c.text_embedding_b IS NOT NULL
  RETURN 'Category' AS label, c.category_id AS id, c.text_embedding_b AS stored
}
RETURN label, id, vector(stored, size(stored), FLOAT32) AS embedding
ORDER BY label, id
