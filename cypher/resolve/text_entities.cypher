CYPHER 25
// Brands and categories whose name has any of the words, by BM25. `lucene` is the query with its
// syntax escaped (kg.recommend.lucene); the memory engine reads `plain`.
// params:  $requests list<map {lucene string, plain string, limit int}>
// returns: request int, label string, id string, name string, score float
//
// In Neo4j Browser:
//   :param requests => [{lucene: "red lipstick", plain: "red lipstick", limit: 10}]
UNWIND range(0, size($requests) - 1) AS request
WITH request, $requests[request] AS asked
WHERE asked.lucene <> ''
CALL db.index.fulltext.queryNodes('entity_text', asked.lucene, {limit: asked.limit})
YIELD node, score
RETURN
  request,
  CASE WHEN node:Brand THEN 'Brand' ELSE 'Category' END AS label,
  coalesce(node.brand_id, node.category_id) AS id,
  node.name AS name,
  round(score, 6) AS score
ORDER BY request, score DESC, label, id
