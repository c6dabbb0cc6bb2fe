CYPHER 25
// What the text of a product is made of, and the hash of the text it was embedded by.
// params:  $product_id string
// returns: title string, description string, brand string, categories list<string>, text_hash string
//
// In Neo4j Browser:
//   :param product_id => 'runner'
MATCH (p:Product {product_id: $product_id})
RETURN
  p.title AS title,
  left(p.description, 200) AS description,
  head(COLLECT { MATCH (p)-[:MADE_BY]->(b:Brand) RETURN b.name ORDER BY b.brand_id }) AS brand,
  COLLECT {
    MATCH (p)-[:IN_CATEGORY]->(c:Category) RETURN c.name ORDER BY c.category_id
  } AS categories,
  p.text_hash AS text_hash
