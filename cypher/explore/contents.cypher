CYPHER 25
// How much there is of everything: nodes and relationships.
// returns: kind string, name string, number int
RETURN 'node' AS kind, 'Product' AS name, count { (:Product) } AS number
UNION ALL
RETURN 'node' AS kind, 'Brand' AS name, count { (:Brand) } AS number
UNION ALL
RETURN 'node' AS kind, 'Category' AS name, count { (:Category) } AS number
UNION ALL
RETURN 'node' AS kind, 'User' AS name, count { (:User) } AS number
UNION ALL
RETURN 'relationship' AS kind, 'VIEWED' AS name, count { ()-[:VIEWED]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'ADDED_TO_CART' AS name, count { ()-[:ADDED_TO_CART]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'BOUGHT' AS name, count { ()-[:BOUGHT]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'LIKED' AS name, count { ()-[:LIKED]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'RATED' AS name, count { ()-[:RATED]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'MADE_BY' AS name, count { ()-[:MADE_BY]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'IN_CATEGORY' AS name, count { ()-[:IN_CATEGORY]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'SUBCATEGORY_OF' AS name, count { ()-[:SUBCATEGORY_OF]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'BOUGHT_NEXT' AS name, count { ()-[:BOUGHT_NEXT]->() } AS number
UNION ALL
RETURN 'relationship' AS kind, 'BOUGHT_WITH' AS name, count { ()-[:BOUGHT_WITH]->() } AS number
