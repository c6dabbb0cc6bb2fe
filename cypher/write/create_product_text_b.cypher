CYPHER 25
// The vector index of products' texts in slot b, which filters by price and stock.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`vector.dimensions`: 384}}
CREATE VECTOR INDEX product_text_b IF NOT EXISTS
FOR (n:Product) ON n.text_embedding_b
WITH [n.price_minor, n.in_stock]
OPTIONS $options
