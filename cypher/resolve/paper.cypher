CYPHER 25
// What the recipe paper was tuned to, as lists that go together; no row where it is as shipped.
// returns: terms list<string>, weights list<float>, temperatures list<float>
MATCH (k:KgrecModel {revision: 0})
RETURN
  coalesce(k.terms, []) AS terms,
  coalesce(k.weights, []) AS weights,
  coalesce(k.temperatures, []) AS temperatures
