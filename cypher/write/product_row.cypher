CYPHER 25
// A product as a catalogue's row says it; categories are paths of names, root first.
// params:  $product_id string
// returns: source string, title string, description string, price_minor int, in_stock boolean, image_url string, released_at int, brand string, categories list<list>
//
// In Neo4j Browser:
//   :param product_id => 'runner'
MATCH (p:Product {product_id: $product_id})
RETURN
  p.source AS source,
  p.title AS title,
  p.description AS description,
  p.price_minor AS price_minor,
  p.in_stock AS in_stock,
  p.image_url AS image_url,
  p.released_at AS released_at,
  head(COLLECT { MATCH (p)-[:MADE_BY]->(b:Brand) RETURN b.name ORDER BY b.brand_id }) AS brand,
  COLLECT {
    MATCH path = (p)-[:IN_CATEGORY]->(c:Category)-[:SUBCATEGORY_OF*0..20]->(root:Category)
    WHERE NOT EXISTS { (root)-[:SUBCATEGORY_OF]->() }
    RETURN reverse([node IN tail(nodes(path)) | node.name]) AS names
    ORDER BY c.category_id
  } AS categories
