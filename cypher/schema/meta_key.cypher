CYPHER 25
// No two KgrecMeta nodes share their id; also the index by which they are found.
CREATE CONSTRAINT meta_key IF NOT EXISTS
FOR (n:KgrecMeta) REQUIRE n.id IS UNIQUE
