CYPHER 25
// The learned model that is served, which products have a vector of its slot, and how many events
// there are now; `packed` is the model itself.
// returns: properties map, packed bytes, products int, vectors int, events int
MATCH (m:KgrecMeta {id: 'kgrec'})
MATCH (k:KgrecModel {revision: m.model_revision})
RETURN
  k {.*, packed: null} AS properties,
  k.packed AS packed,
  COUNT { (:Product) } AS products,
  CASE k.slot
    WHEN 'a' THEN COUNT { MATCH (p:Product) WHERE p.gnn_embedding_a IS NOT NULL }
    ELSE COUNT { MATCH (p:Product) WHERE p.gnn_embedding_b IS NOT NULL }
  END AS vectors,
  COUNT { ()-[:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->() } AS events
