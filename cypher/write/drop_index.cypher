CYPHER 25
// Remove an index, to be made again for another dimension.
// params:  $index string
// returns:
//
// In Neo4j Browser:
//   :param index => 'product_text_b'
DROP INDEX $index IF EXISTS
