CYPHER 25
// Put up a rule, and tell readers that the rules have changed.
// params:  $rule_id string
//          $properties map
//          $products list<string>
//          $brands list<string>
//          $categories list<string>
// returns: targets int
//
// In Neo4j Browser:
//   :param rule_id => 'spring'
//   :param properties => {from: 0}
//   :param products => []
//   :param brands => []
//   :param categories => []
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.rules_revision = coalesce(m.rules_revision, 0) + 1
CREATE (r:Rule)
SET r = $properties, r.rule_id = $rule_id
WITH r
CALL (r) {
  MATCH (n:Product) WHERE n.product_id IN $products
  RETURN n
  UNION ALL
  MATCH (n:Brand) WHERE n.brand_id IN $brands
  RETURN n
  UNION ALL
  MATCH (n:Category) WHERE n.category_id IN $categories
  RETURN n
}
CREATE (r)-[:APPLIES_TO]->(n)
RETURN count(*) AS targets
