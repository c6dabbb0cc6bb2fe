CYPHER 25
// What the data lack: counts by problem, with examples.
// returns: problem string, number int, examples list<string>
CALL () {
  MATCH (p:Product)
  UNWIND [
    CASE WHEN coalesce(trim(p.title), '') = '' THEN 'product without a title' END,
    CASE WHEN coalesce(trim(p.description), '') = '' THEN 'product without a description' END,
    CASE WHEN p.price_minor IS NULL THEN 'product without a price' END,
    CASE WHEN p.price_minor = 0 THEN 'product that costs nothing' END,
    CASE WHEN p.image_url IS NULL THEN 'product without an image' END,
    CASE WHEN NOT p.in_stock THEN 'product out of stock' END,
    CASE WHEN NOT EXISTS { (p)-[:MADE_BY]->() } THEN 'product without a brand' END,
    CASE WHEN NOT EXISTS { (p)-[:IN_CATEGORY]->() } THEN 'product without a category' END
  ] AS problem
  WITH problem, p.product_id AS id
  WHERE problem IS NOT NULL
  RETURN problem, id
  UNION ALL
  MATCH (p:Product)
  WHERE p.title IS NOT NULL
  WITH toLower(trim(p.title)) AS title, collect(p.product_id) AS ids
  WHERE size(ids) > 1
  UNWIND ids AS id
  RETURN 'product with the title of another' AS problem, id
  UNION ALL
  MATCH (c:Category)
  WHERE NOT EXISTS { (c)<-[:SUBCATEGORY_OF]-*()<-[:IN_CATEGORY]-() }
  RETURN 'category without a product' AS problem, c.category_id AS id
  UNION ALL
  MATCH (u:User)
  WHERE NOT EXISTS { (u)-->(:Product) }
  RETURN 'user without an event' AS problem, u.user_id AS id
}
WITH problem, id
ORDER BY problem, id
RETURN problem, count(*) AS number, collect(id)[..3] AS examples
ORDER BY number DESC, problem
