CYPHER 25
// The hashes of the ids of users who are to stay forgotten.
// returns: hashes list<string>
RETURN COLLECT { MATCH (f:Forgotten) RETURN f.hash } AS hashes
