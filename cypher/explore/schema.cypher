CYPHER 25
// The schema itself: kinds of nodes, and what connects them.
// returns: nodes list<node>, relationships list<relationship>
CALL db.schema.visualization() YIELD nodes, relationships
RETURN nodes, relationships
