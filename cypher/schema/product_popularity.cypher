CYPHER 25
// Products by popularity, for what a list is filled up with.
CREATE RANGE INDEX product_popularity IF NOT EXISTS
FOR (n:Product) ON (n.popularity)
