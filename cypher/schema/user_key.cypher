CYPHER 25
// No two User nodes share their user_id; also the index by which they are found.
CREATE CONSTRAINT user_key IF NOT EXISTS
FOR (n:User) REQUIRE n.user_id IS UNIQUE
