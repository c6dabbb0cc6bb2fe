CYPHER 25
// Which of these products there are: who wrote each first, and the hash of its latest row.
// params:  $ids list<string>
// returns: product_id string, source string, row_hash string
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
RETURN p.product_id AS product_id, p.source AS source, p.row_hash AS row_hash
