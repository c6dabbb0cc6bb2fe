CYPHER 25
// No two Brand nodes share their brand_id; also the index by which they are found.
CREATE CONSTRAINT brand_key IF NOT EXISTS
FOR (n:Brand) REQUIRE n.brand_id IS UNIQUE
