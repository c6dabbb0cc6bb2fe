CYPHER 25
// Of these brands those that there are: the like of load/known_brands where one product is written.
// params:  $ids list<string>
// returns: id string, name string, name_key string, source string
UNWIND $ids AS id
MATCH (b:Brand {brand_id: id})
RETURN b.brand_id AS id, b.name AS name, b.name_key AS name_key, b.source AS source
