CYPHER 25
// Which slot of text vectors is served, by which encoder they were made, and how many nodes
// have a text; no row where kgrec has not built the graph.
// returns: slot string, encoder string, revision string, dimension int, nodes int
MATCH (m:KgrecMeta {id: 'kgrec'})
RETURN
  m.text_slot AS slot,
  m.encoder AS encoder,
  m.encoder_revision AS revision,
  m.dimension AS dimension,
  COUNT { (:Product) } + COUNT { (:Brand) } + COUNT { (:Category) } AS nodes
