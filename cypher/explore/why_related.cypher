CYPHER 25
// Why are these two products related? Every way, drawn.
// Put two product ids between the quotes, or leave them empty for the most popular and what follows.
// returns: path path
WITH '' AS product_id, '' AS other_id
CALL (product_id) {
  WHEN product_id <> '' THEN {
    MATCH (one:Product {product_id: product_id})
    RETURN one
  }
  ELSE {
    MATCH (one:Product)
    WHERE one.popularity IS NOT NULL
    RETURN one
    ORDER BY one.popularity DESC, one.product_id
    LIMIT 1
  }
}
CALL (one, other_id) {
  WHEN other_id <> '' THEN {
    MATCH (other:Product {product_id: other_id})
    RETURN other
  }
  ELSE {
    MATCH (one)-[soon:BOUGHT_NEXT]->(other:Product)
    RETURN other
    ORDER BY soon.weight DESC, other.product_id
    LIMIT 1
  }
}
CALL (one, other) {
  MATCH path = (one)-[:BOUGHT_NEXT|BOUGHT_WITH]-(other)
  RETURN path
  UNION
  MATCH path = (one)-[:MADE_BY]->(:Brand)<-[:MADE_BY]-(other)
  RETURN path
  UNION
  // The nearest category that holds both.
  MATCH path =
    (one)-[:IN_CATEGORY]->(:Category)-[:SUBCATEGORY_OF]->{0,9}(:Category)
    (()<-[:SUBCATEGORY_OF]-()){0,9}(:Category)<-[:IN_CATEGORY]-(other)
  RETURN path
  ORDER BY length(path)
  LIMIT 1
  UNION
  // Some of the people who wanted both, those with the plainest story first.
  MATCH (one)<-[a:BOUGHT|LIKED|RATED WHERE type(a) <> 'RATED' OR a.value >= 4]-(u:User)
    -[b:BOUGHT|LIKED|RATED WHERE type(b) <> 'RATED' OR b.value >= 4]->(other)
  WITH one, other, u, head(collect(a)) AS a, head(collect(b)) AS b
  ORDER BY count { (u)-->(one) } + count { (u)-->(other) }, u.user_id
  LIMIT 5
  MATCH path = (one)<-[a]-(u)-[b]->(other)
  RETURN path
}
RETURN path
