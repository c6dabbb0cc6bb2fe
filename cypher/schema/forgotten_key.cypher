CYPHER 25
// No two Forgotten nodes share their hash; also the index by which they are found.
CREATE CONSTRAINT forgotten_key IF NOT EXISTS
FOR (n:Forgotten) REQUIRE n.hash IS UNIQUE
