CYPHER 25
// Categories by the key that spellings of a name share.
CREATE RANGE INDEX category_name IF NOT EXISTS
FOR (n:Category) ON (n.name_key)
