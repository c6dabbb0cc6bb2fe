CYPHER 25
// Products by code or title as typed: unstemmed words, phrases, prefixes, one typo. `lucene` is the
// query as kg.recommend.lucene writes it; the memory engine reads `plain`.
// params:  $requests list<map {lucene string, plain string, limit int}>
// returns: request int, product_id string, score float
//
// In Neo4j Browser:
//   :param requests => [{lucene: "red lipstick", plain: "red lipstick", limit: 10}]
UNWIND range(0, size($requests) - 1) AS request
WITH request, $requests[request] AS asked
WHERE asked.lucene <> ''
CALL db.index.fulltext.queryNodes('product_exact', asked.lucene, {limit: asked.limit})
YIELD node, score
RETURN request, node.product_id AS product_id, round(score, 6) AS score
ORDER BY request, score DESC, product_id
