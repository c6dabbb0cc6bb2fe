CYPHER 25
// No two Promotion nodes share their promotion_id; also the index by which they are found.
CREATE CONSTRAINT promotion_key IF NOT EXISTS
FOR (n:Promotion) REQUIRE n.promotion_id IS UNIQUE
