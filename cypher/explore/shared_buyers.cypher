CYPHER 25
// Which brands share their buyers?
// Of the 30 brands that most people wanted. of_brand is the share of the brand's own people.
// returns: brand string, other string, people int, of_brand float, of_other float
CALL () {
  MATCH (b:Brand)<-[:MADE_BY]-(:Product)
    <-[e:BOUGHT|LIKED|RATED WHERE type(e) <> 'RATED' OR e.value >= 4]-(u:User)
  WITH b, collect(DISTINCT u) AS users
  ORDER BY size(users) DESC, b.brand_id
  LIMIT 30
  UNWIND users AS u
  RETURN b, size(users) AS buyers, u
}
WITH u, collect({brand: b, buyers: buyers}) AS liked
UNWIND liked AS one
UNWIND liked AS two
WITH one, two
WHERE one.brand.brand_id < two.brand.brand_id
WITH one, two, count(*) AS people
RETURN
  one.brand.name AS brand,
  two.brand.name AS other,
  people,
  round(1.0 * people / one.buyers, 2) AS of_brand,
  round(1.0 * people / two.buyers, 2) AS of_other
ORDER BY people DESC, brand, other
LIMIT 25
