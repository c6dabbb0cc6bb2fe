CYPHER 25
// An event is held once, whoever writes it and however often.
CREATE CONSTRAINT rated_key IF NOT EXISTS
FOR ()-[e:RATED]-() REQUIRE e.event_id IS UNIQUE
