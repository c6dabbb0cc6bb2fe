CYPHER 25
// Brands and categories nearest to a vector, by the text vectors in slot b: approximate, the nearest
// first.
// params:  $vector list<float>
//          $limit int
// returns: label string, id string
//
// In Neo4j Browser:
//   :param vector => [0.1, 0.2]
//   :param limit => 10
MATCH (n:Brand|Category)
  SEARCH n IN (
    VECTOR INDEX entity_text_vector_b
    FOR $vector
    LIMIT $limit
  ) SCORE AS score
RETURN
  CASE WHEN n:Brand THEN 'Brand' ELSE 'Category' END AS label,
  coalesce(n.brand_id, n.category_id) AS id
ORDER BY score DESC, label, id
