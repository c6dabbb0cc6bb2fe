CYPHER 25
// An event is held once, whoever writes it and however often.
CREATE CONSTRAINT liked_key IF NOT EXISTS
FOR ()-[e:LIKED]-() REQUIRE e.event_id IS UNIQUE
