CYPHER 25
// Brands by id, a page at a time: those after the id `after`.
// params:  $after string
//          $limit int
// returns: brand_id string, name string, name_key string
//
// In Neo4j Browser:
//   :param after => ""
//   :param limit => 3
MATCH (b:Brand) WHERE b.brand_id > $after
WITH b ORDER BY b.brand_id LIMIT $limit
RETURN b.brand_id AS brand_id, b.name AS name, b.name_key AS name_key
ORDER BY brand_id
