CYPHER 25
// How many products there are, and how many nothing but their id leads to: without a text, a
// category, a brand, or an event.
// returns: products int, text int, category int, brand int, events int
MATCH (p:Product)
RETURN
  count(*) AS products,
  count(CASE WHEN p.title IS NULL AND p.description IS NULL THEN 1 END) AS text,
  count(CASE WHEN NOT EXISTS { (p)-[:IN_CATEGORY]->() } THEN 1 END) AS category,
  count(CASE WHEN NOT EXISTS { (p)-[:MADE_BY]->() } THEN 1 END) AS brand,
  count(CASE
    WHEN NOT EXISTS { (p)<-[:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]-() } THEN 1
  END) AS events
