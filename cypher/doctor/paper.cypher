CYPHER 25
// What the recipe paper was tuned to and on what, and how many events there are now; no row where it
// is as shipped.
// returns: properties map, events int
MATCH (k:KgrecModel {revision: 0})
RETURN
  k {.*} AS properties,
  COUNT { ()-[:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->() } AS events
