CYPHER 25
// End a rule or a promotion at a moment, unless it is over already, and tell readers. No row where
// there is none.
// params:  $rule_id string
//          $now int
// returns: until int
//
// In Neo4j Browser:
//   :param rule_id => 'spring'
//   :param now => 1767225600
CALL () {
  MATCH (r:Rule {rule_id: $rule_id})
  RETURN r
  UNION ALL
  MATCH (r:Promotion {promotion_id: $rule_id})
  RETURN r
}
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.rules_revision = coalesce(m.rules_revision, 0) + 1
SET r.until = CASE WHEN r.until <= $now THEN r.until ELSE $now END
RETURN r.until AS until
