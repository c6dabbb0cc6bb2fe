CYPHER 25
// BOUGHT_WITH relationships of products whose weight changed, [product_id, [[product_id, weight, support],
// ...]], and those that are no more, [product_id, [product_id, ...]].
// params:  $changed list<list>
//          $gone list<list>
// returns: asked int
CALL () {
  UNWIND $changed AS row
  MATCH (a:Product {product_id: row[0]})
  UNWIND row[1] AS edge
  MATCH (a)-[r:BOUGHT_WITH]->(:Product {product_id: edge[0]})
  SET r.weight = edge[1], r.support = edge[2]
}
CALL () {
  UNWIND $gone AS row
  MATCH (a:Product {product_id: row[0]})
  UNWIND row[1] AS id
  MATCH (a)-[r:BOUGHT_WITH]->(:Product {product_id: id})
  DELETE r
}
RETURN size($changed) + size($gone) AS asked
