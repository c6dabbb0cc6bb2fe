CYPHER 25
// Wait until every index is ready, at most some seconds.
// params:  $seconds int
// returns:
//
// In Neo4j Browser:
//   :param seconds => 60
CALL db.awaitIndexes($seconds)
