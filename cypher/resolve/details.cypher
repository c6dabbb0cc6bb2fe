CYPHER 25
// What is shown of a product by itself and not in lists, which read resolve/products: a description
// may be long. An unknown id gives no row.
// params:  $product_id string
// returns: description string, released_at int
//
// In Neo4j Browser:
//   :param product_id => "runner"
MATCH (p:Product {product_id: $product_id})
RETURN p.description AS description, p.released_at AS released_at
