CYPHER 25
// The vector index of learned product vectors in slot a.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`vector.dimensions`: 128}}
CREATE VECTOR INDEX product_gnn_a IF NOT EXISTS
FOR (n:Product) ON n.gnn_embedding_a
OPTIONS $options
