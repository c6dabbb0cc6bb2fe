CYPHER 25
// The products that a source wrote first, a page at a time: those after the id `after`.
// params:  $source string
//          $after string
//          $limit int
// returns: product_id string
MATCH (p:Product)
WHERE p.product_id > $after AND p.source = $source
RETURN p.product_id AS product_id
ORDER BY product_id
LIMIT $limit
