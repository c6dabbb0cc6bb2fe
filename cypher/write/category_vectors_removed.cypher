CYPHER 25
// Take the vectors in a slot from categories that no longer have a text.
// params:  $property string
//          $ids list<string>
// returns: removed int
//
// In Neo4j Browser:
//   :param property => 'text_embedding_a'
//   :param ids => ['id']
MATCH (n:Category)
WHERE n.category_id IN $ids
REMOVE n[$property], n.text_hash
WITH count(*) AS removed
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.revision = coalesce(m.revision, 0) + 1
RETURN removed
