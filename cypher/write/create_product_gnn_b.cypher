CYPHER 25
// The vector index of learned product vectors in slot b.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`vector.dimensions`: 128}}
CREATE VECTOR INDEX product_gnn_b IF NOT EXISTS
FOR (n:Product) ON n.gnn_embedding_b
OPTIONS $options
