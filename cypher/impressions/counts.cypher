CYPHER 25
// How often products were shown and clicked: sums, so that writing them again changes nothing.
// params:  $rows list<list>
// returns: written int
//
// Each row is [product_id, impressions, clicks]. Products that are not there are left out.
UNWIND $rows AS row
MATCH (p:Product {product_id: row[0]})
SET p.impressions = row[1], p.clicks = row[2]
RETURN count(*) AS written
