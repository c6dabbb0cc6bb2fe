CYPHER 25
// Products by price, for limits.
CREATE RANGE INDEX product_price IF NOT EXISTS
FOR (n:Product) ON (n.price_minor)
