CYPHER 25
// How many nodes have a text vector in each slot, and which lengths these have.
// returns: slot string, nodes int, dimensions list<int>
UNWIND ['a', 'b'] AS slot
CALL (slot) {
  MATCH (n:Product|Brand|Category)
  WITH n['text_embedding_' + slot] AS vector
  WHERE vector IS NOT NULL
  RETURN count(*) AS nodes, collect(DISTINCT size(vector)) AS dimensions
}
RETURN slot, nodes, dimensions
ORDER BY slot
