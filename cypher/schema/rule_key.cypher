CYPHER 25
// No two Rule nodes share their rule_id; also the index by which they are found.
CREATE CONSTRAINT rule_key IF NOT EXISTS
FOR (n:Rule) REQUIRE n.rule_id IS UNIQUE
