CYPHER 25
// Each category with all of its descendants, itself among them.
// params:  $category_ids list<string>
// returns: category_id string, descendant_id string
//
// In Neo4j Browser:
//   :param category_ids => ["beauty/lips"]
MATCH (c:Category) WHERE c.category_id IN $category_ids
MATCH (d:Category)-[:SUBCATEGORY_OF*0..]->(c)
RETURN c.category_id AS category_id, d.category_id AS descendant_id
ORDER BY category_id, descendant_id
