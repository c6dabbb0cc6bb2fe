CYPHER 25
// Every index and, with its constraint, every key: its state and how it was made.
// returns: name string, type string, state string, percent float, options map, constraint string
SHOW INDEXES YIELD name, type, state, populationPercent, options, owningConstraint
WHERE type <> 'LOOKUP'
RETURN
  name,
  type,
  state,
  populationPercent AS percent,
  options,
  owningConstraint AS constraint
ORDER BY name
