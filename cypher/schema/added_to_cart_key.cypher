CYPHER 25
// An event is held once, whoever writes it and however often.
CREATE CONSTRAINT added_to_cart_key IF NOT EXISTS
FOR ()-[e:ADDED_TO_CART]-() REQUIRE e.event_id IS UNIQUE
