CYPHER 25
// How much there is of everything: nodes and relationships.
// returns: kind string, name string, number int
CALL () {
  MATCH (n:Product) RETURN 1 AS place, 'node' AS kind, 'Product' AS name, count(n) AS number
  UNION ALL
  MATCH (n:Brand) RETURN 2 AS place, 'node' AS kind, 'Brand' AS name, count(n) AS number
  UNION ALL
  MATCH (n:Category) RETURN 3 AS place, 'node' AS kind, 'Category' AS name, count(n) AS number
  UNION ALL
  MATCH (n:User) RETURN 4 AS place, 'node' AS kind, 'User' AS name, count(n) AS number
  UNION ALL
  MATCH ()-[r:VIEWED]->()
  RETURN 5 AS place, 'relationship' AS kind, 'VIEWED' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:ADDED_TO_CART]->()
  RETURN 6 AS place, 'relationship' AS kind, 'ADDED_TO_CART' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:BOUGHT]->()
  RETURN 7 AS place, 'relationship' AS kind, 'BOUGHT' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:LIKED]->()
  RETURN 8 AS place, 'relationship' AS kind, 'LIKED' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:RATED]->()
  RETURN 9 AS place, 'relationship' AS kind, 'RATED' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:MADE_BY]->()
  RETURN 10 AS place, 'relationship' AS kind, 'MADE_BY' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:IN_CATEGORY]->()
  RETURN 11 AS place, 'relationship' AS kind, 'IN_CATEGORY' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:SUBCATEGORY_OF]->()
  RETURN 12 AS place, 'relationship' AS kind, 'SUBCATEGORY_OF' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:BOUGHT_NEXT]->()
  RETURN 13 AS place, 'relationship' AS kind, 'BOUGHT_NEXT' AS name, count(r) AS number
  UNION ALL
  MATCH ()-[r:BOUGHT_WITH]->()
  RETURN 14 AS place, 'relationship' AS kind, 'BOUGHT_WITH' AS name, count(r) AS number
}
RETURN kind, name, number
ORDER BY place
