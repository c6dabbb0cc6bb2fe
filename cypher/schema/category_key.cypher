CYPHER 25
// No two Category nodes share their category_id; also the index by which they are found.
CREATE CONSTRAINT category_key IF NOT EXISTS
FOR (n:Category) REQUIRE n.category_id IS UNIQUE
