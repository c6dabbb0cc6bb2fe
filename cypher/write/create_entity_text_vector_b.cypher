CYPHER 25
// The vector index of brands' and categories' names in slot b.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`vector.dimensions`: 384}}
CREATE VECTOR INDEX entity_text_vector_b IF NOT EXISTS
FOR (n:Brand|Category) ON n.text_embedding_b
OPTIONS $options
