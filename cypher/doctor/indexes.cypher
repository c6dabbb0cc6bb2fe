CYPHER 25
// The indexes but those of constraints, whether they are ready, and a vector index's dimension.
// returns: name string, type string, state string, percent float, dimension int, labels list<string>, properties list<string>
SHOW INDEXES
YIELD name, type, state, populationPercent, options, labelsOrTypes, properties, owningConstraint
WHERE owningConstraint IS NULL AND type <> 'LOOKUP'
RETURN
  name,
  type,
  state,
  populationPercent AS percent,
  options.indexConfig['vector.dimensions'] AS dimension,
  labelsOrTypes AS labels,
  properties
ORDER BY name
