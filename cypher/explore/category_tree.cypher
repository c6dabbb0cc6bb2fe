CYPHER 25
// The category tree, with how many products are where.
// Of itself, and of everything below it. Deeper ones are indented. Say at which depth to stop.
// returns: category string, products int, below int, category_id string
WITH 9 AS deepest
MATCH (c:Category)
WHERE c.depth <= deepest
RETURN
  reduce(dots = '', level IN range(1, c.depth) | dots + '· ') + c.name AS category,
  count { (c)<-[:IN_CATEGORY]-(:Product) } AS products,
  count {
    MATCH (c)<-[:SUBCATEGORY_OF]-+(:Category)<-[:IN_CATEGORY]-(p:Product)
    RETURN DISTINCT p
  } AS below,
  c.category_id AS category_id
// A list of names sorts a parent right before its children, a text would not.
ORDER BY split(c.category_id, '/')
