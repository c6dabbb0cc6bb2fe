CYPHER 25
// All brands.
// returns: id string, name string, name_key string, source string
MATCH (b:Brand)
RETURN b.brand_id AS id, b.name AS name, b.name_key AS name_key, b.source AS source
