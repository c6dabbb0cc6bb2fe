CYPHER 25
// No two Product nodes share their product_id; also the index by which they are found.
CREATE CONSTRAINT product_key IF NOT EXISTS
FOR (n:Product) REQUIRE n.product_id IS UNIQUE
