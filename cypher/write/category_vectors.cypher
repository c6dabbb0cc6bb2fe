CYPHER 25
// Vectors of categories' texts into a slot, each with the hash of its text, and a revision by which
// readers notice. A node that has gone meanwhile is passed over.
// params:  $property string
//          $ids list<string>
//          $hashes list<string>
//          $vectors list<vector>
// returns: written int
//
// In Neo4j Browser:
//   :param property => 'text_embedding_a'
//   :param ids => ['id']
//   :param hashes => ['hash']
//   :param vectors => [[0.1, 0.2]]
UNWIND range(0, size($ids) - 1) AS i
MATCH (n:Category {category_id: $ids[i]})
CALL db.create.setNodeVectorProperty(n, $property, $vectors[i])
SET n.text_hash = $hashes[i]
WITH count(*) AS written
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.revision = coalesce(m.revision, 0) + 1
RETURN written
