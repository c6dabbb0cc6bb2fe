CYPHER 25
// An event is held once, whoever writes it and however often.
CREATE CONSTRAINT viewed_key IF NOT EXISTS
FOR ()-[e:VIEWED]-() REQUIRE e.event_id IS UNIQUE
