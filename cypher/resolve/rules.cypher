CYPHER 25
// Rules and promotions that are not over at a moment, with what they apply to. `spent` is what a
// promotion's discount, in percent, took off what was bought while it held, in minor units; a
// target has label, id and name.
// params:  $now int
// returns: rule_id string, kind string, since int, until int, weight float, position int, discount float, budget int, spent int, note string, created_at int, targets list<map>
//
// In Neo4j Browser:
//   :param now => 0
CALL () {
  MATCH (r:Rule)
  WHERE r.rule_id > '' AND (r.until IS NULL OR r.until > $now)
  RETURN r, r.rule_id AS rule_id, r.kind AS kind
  UNION ALL
  MATCH (r:Promotion)
  WHERE r.promotion_id > '' AND (r.until IS NULL OR r.until > $now)
  RETURN r, r.promotion_id AS rule_id, 'promotion' AS kind
}
CALL (r) {
  CALL (r) {
    MATCH (r)-[:APPLIES_TO]->(p:Product)
    WHERE r.budget IS NOT NULL
    RETURN p
    UNION
    MATCH (r)-[:APPLIES_TO]->(:Brand)<-[:MADE_BY]-(p:Product)
    WHERE r.budget IS NOT NULL
    RETURN p
    UNION
    MATCH (r)-[:APPLIES_TO]->(:Category)<-[:SUBCATEGORY_OF*0..]-(:Category)<-[:IN_CATEGORY]-(p:Product)
    WHERE r.budget IS NOT NULL
    RETURN p
  }
  MATCH (:User)-[e:BOUGHT]->(p)
  WHERE e.at >= r.from AND (r.until IS NULL OR e.at < r.until)
  RETURN toInteger(sum(round(p.price_minor * r.discount / 100))) AS bought
}
RETURN
  rule_id,
  kind,
  r.from AS since,
  r.until AS until,
  r.weight AS weight,
  r.position AS position,
  r.discount AS discount,
  r.budget AS budget,
  CASE WHEN r.budget IS NOT NULL THEN bought END AS spent,
  r.note AS note,
  r.created_at AS created_at,
  COLLECT {
    MATCH (r)-[:APPLIES_TO]->(n)
    RETURN {
      label: labels(n)[0],
      id: coalesce(n.product_id, n.brand_id, n.category_id),
      name: coalesce(n.title, n.name)
    }
    ORDER BY labels(n)[0], coalesce(n.product_id, n.brand_id, n.category_id)
  } AS targets
ORDER BY since, rule_id
