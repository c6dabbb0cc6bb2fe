CYPHER 25
// Keep the hash of an id that is to stay forgotten, of a user whom the graph did not have.
// params:  $hash string
// returns: hash string
MERGE (f:Forgotten {hash: $hash})
RETURN f.hash AS hash
