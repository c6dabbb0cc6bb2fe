CYPHER 25
// The vector indexes, whether they are ready, and for how many dimensions.
// returns: name string, state string, percent float, dimension int
SHOW VECTOR INDEXES YIELD name, state, populationPercent, options
RETURN
  name,
  state,
  populationPercent AS percent,
  options.indexConfig['vector.dimensions'] AS dimension
ORDER BY name
