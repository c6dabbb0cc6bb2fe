CYPHER 25
// No two KgrecModel nodes share their revision; also the index by which they are found.
CREATE CONSTRAINT model_key IF NOT EXISTS
FOR (n:KgrecModel) REQUIRE n.revision IS UNIQUE
