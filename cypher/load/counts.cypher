CYPHER 25
// How many there are of each kind: answered from the server's own counters.
// returns: kind string, count int
UNWIND [
  ['Product', COUNT { (:Product) }],
  ['User', COUNT { (:User) }],
  ['Brand', COUNT { (:Brand) }],
  ['Category', COUNT { (:Category) }],
  ['MADE_BY', COUNT { ()-[:MADE_BY]->() }],
  ['IN_CATEGORY', COUNT { ()-[:IN_CATEGORY]->() }],
  ['SUBCATEGORY_OF', COUNT { ()-[:SUBCATEGORY_OF]->() }],
  ['VIEWED', COUNT { ()-[:VIEWED]->() }],
  ['ADDED_TO_CART', COUNT { ()-[:ADDED_TO_CART]->() }],
  ['BOUGHT', COUNT { ()-[:BOUGHT]->() }],
  ['LIKED', COUNT { ()-[:LIKED]->() }],
  ['RATED', COUNT { ()-[:RATED]->() }],
  ['BOUGHT_NEXT', COUNT { ()-[:BOUGHT_NEXT]->() }],
  ['BOUGHT_WITH', COUNT { ()-[:BOUGHT_WITH]->() }]
] AS counted
RETURN counted[0] AS kind, counted[1] AS count
