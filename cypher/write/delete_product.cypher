CYPHER 25
// Remove a product with the events and relationships that hang on it. No row where there is none.
// params:  $product_id string
// returns: events int
//
// In Neo4j Browser:
//   :param product_id => 'nothing'
MATCH (p:Product {product_id: $product_id})
WITH p, COUNT { (:User)-->(p) } AS events
DETACH DELETE p
RETURN events
