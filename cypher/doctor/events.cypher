CYPHER 25
// How many events there are, and how many derived relationships.
// returns: events int, derived int
RETURN
  COUNT { ()-[:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->() } AS events,
  COUNT { ()-[:BOUGHT_NEXT|BOUGHT_WITH]->() } AS derived
