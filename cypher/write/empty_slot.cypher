CYPHER 25
// Remove the vectors of a slot that is no longer served, a thousand nodes a transaction.
// params:  $property string
// returns: removed int
//
// In Neo4j Browser:
//   :param property => 'text_embedding_b'
MATCH (n:Product|Brand|Category)
WHERE $property IN keys(n)
CALL (n) {
  REMOVE n[$property]
} IN TRANSACTIONS OF 1000 ROWS
RETURN count(*) AS removed
