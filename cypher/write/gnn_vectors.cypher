CYPHER 25
// Learned vectors into a slot that is not served.
// params:  $property string
//          $ids list<string>
//          $vectors list<vector>
// returns: written int
//
// In Neo4j Browser:
//   :param property => 'gnn_embedding_a'
//   :param ids => ['id']
//   :param vectors => [[0.1, 0.2]]
UNWIND range(0, size($ids) - 1) AS i
MATCH (n:Product {product_id: $ids[i]})
CALL db.create.setNodeVectorProperty(n, $property, $vectors[i])
RETURN count(*) AS written
