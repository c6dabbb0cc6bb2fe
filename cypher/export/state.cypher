CYPHER 25
// What tells one state of a graph from another: which database this is, what kgrec noted in it, and
// how many there are of each kind, answered from the server's own counters.
// returns: database string, meta map, counts map
CALL db.info() YIELD id
RETURN
  id AS database,
  head(COLLECT { MATCH (m:KgrecMeta {id: 'kgrec'}) RETURN properties(m) }) AS meta,
  {
    Product: COUNT { (:Product) },
    User: COUNT { (:User) },
    Brand: COUNT { (:Brand) },
    Category: COUNT { (:Category) },
    MADE_BY: COUNT { ()-[:MADE_BY]->() },
    IN_CATEGORY: COUNT { ()-[:IN_CATEGORY]->() },
    SUBCATEGORY_OF: COUNT { ()-[:SUBCATEGORY_OF]->() },
    VIEWED: COUNT { ()-[:VIEWED]->() },
    ADDED_TO_CART: COUNT { ()-[:ADDED_TO_CART]->() },
    BOUGHT: COUNT { ()-[:BOUGHT]->() },
    LIKED: COUNT { ()-[:LIKED]->() },
    RATED: COUNT { ()-[:RATED]->() },
    BOUGHT_NEXT: COUNT { ()-[:BOUGHT_NEXT]->() },
    BOUGHT_WITH: COUNT { ()-[:BOUGHT_WITH]->() }
  } AS counts
