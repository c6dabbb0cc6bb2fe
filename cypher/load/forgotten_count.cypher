CYPHER 25
// How many users are to stay forgotten: answered from the server's own counters, and it only grows.
// returns: forgotten int
RETURN COUNT { (:Forgotten) } AS forgotten
