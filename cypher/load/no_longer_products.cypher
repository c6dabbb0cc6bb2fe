CYPHER 25
// Remove products with all that hangs on them, but not those that events of other sources need.
// params:  $source string
//          $ids list<string>
// returns: removed int
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
WHERE
  NOT EXISTS {
    (:User)-[e:VIEWED|ADDED_TO_CART|BOUGHT|LIKED|RATED]->(p)
    WHERE e.source <> $source
  }
DETACH DELETE p
RETURN count(*) AS removed
