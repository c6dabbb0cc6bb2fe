CYPHER 25
// Cold products: wanted by fewer than 3 people, newest first.
// Beside each: the best seller of its brand and of its category, through which it can be shown.
// returns: product_id string, title string, released string, people int, brand string, brand_best string, category string, category_best string
WITH 3 AS enough
CALL (enough) {
  MATCH (p:Product)
  WHERE p.in_stock
  WITH
    p,
    enough,
    count {
      MATCH (p)<-[e:BOUGHT|LIKED|RATED WHERE type(e) <> 'RATED' OR e.value >= 4]-(u:User)
      RETURN DISTINCT u
    } AS people
  WHERE people < enough
  RETURN p, people
  ORDER BY coalesce(p.released_at, 0) DESC, people, p.product_id
  LIMIT 50
}
CALL (p) {
  OPTIONAL MATCH (p)-[:MADE_BY]->(maker:Brand)
  OPTIONAL MATCH (maker)<-[made:MADE_BY]-(best:Product)
  WHERE best <> p
  RETURN maker.name AS brand, best.title AS brand_best
  ORDER BY made.rank
  LIMIT 1
}
CALL (p) {
  OPTIONAL MATCH (p)-[:IN_CATEGORY]->(shelf:Category)
  OPTIONAL MATCH (shelf)<-[placed:IN_CATEGORY]-(best:Product)
  WHERE best <> p
  RETURN shelf.name AS category, best.title AS category_best
  ORDER BY placed.rank, shelf.category_id
  LIMIT 1
}
RETURN
  p.product_id AS product_id,
  p.title AS title,
  CASE
    WHEN p.released_at IS NOT NULL THEN toString(date(datetime({epochSeconds: p.released_at})))
  END AS released,
  people,
  brand,
  brand_best,
  category,
  category_best
ORDER BY coalesce(p.released_at, 0) DESC, people, product_id
