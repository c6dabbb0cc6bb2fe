CYPHER 25
// An event is held once, whoever writes it and however often.
CREATE CONSTRAINT bought_key IF NOT EXISTS
FOR ()-[e:BOUGHT]-() REQUIRE e.event_id IS UNIQUE
