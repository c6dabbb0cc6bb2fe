CYPHER 25
// Brands and categories nearest to each of several vectors, by the text
// vectors in slot a: approximate, the nearest first.
// params:  $vectors list<vector>
//          $limit int
// returns: request int, label string, id string
//
// In Neo4j Browser:
//   :param vectors => [[0.1, 0.2]]
//   :param limit => 10
UNWIND range(0, size($vectors) - 1) AS request
CALL (request) {
  WITH $vectors[request] AS vector
  MATCH (n:Brand|Category)
    SEARCH n IN (
      VECTOR INDEX entity_text_vector_a
      FOR vector
      LIMIT $limit
    ) SCORE AS score
  RETURN
    CASE WHEN n:Brand THEN 'Brand' ELSE 'Category' END AS label,
    coalesce(n.brand_id, n.category_id) AS id,
    score
}
RETURN request, label, id
ORDER BY request, score DESC, label, id
