CYPHER 25
// What the graph says about itself; no row where kgrec has not built it.
// returns: schema_version int, revision int, clock string, currency string, language string, encoder string, encoder_revision string, dimension int, text_slot string, gnn_slot string, model_revision int, until int, rules_revision int, out_of_stock string, products int
MATCH (m:KgrecMeta {id: 'kgrec'})
RETURN
  m.schema_version AS schema_version,
  m.revision AS revision,
  m.clock AS clock,
  m.currency AS currency,
  m.language AS language,
  m.encoder AS encoder,
  m.encoder_revision AS encoder_revision,
  m.dimension AS dimension,
  m.text_slot AS text_slot,
  m.gnn_slot AS gnn_slot,
  m.model_revision AS model_revision,
  m.until AS until,
  coalesce(m.rules_revision, 0) AS rules_revision,
  coalesce(m.out_of_stock, 'behind') AS out_of_stock,
  COUNT { (:Product) } AS products
