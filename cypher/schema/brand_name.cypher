CYPHER 25
// Brands by the key that spellings of a name share.
CREATE RANGE INDEX brand_name IF NOT EXISTS
FOR (n:Brand) ON (n.name_key)
