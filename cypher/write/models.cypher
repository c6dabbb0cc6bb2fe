CYPHER 25
// The learned models that are kept, the newest first, and which is served.
// returns: revision int, slot string, served boolean, properties map
MATCH (m:KgrecMeta {id: 'kgrec'})
MATCH (k:KgrecModel)
WHERE k.revision > 0
RETURN
  k.revision AS revision,
  k.slot AS slot,
  coalesce(k.revision = m.model_revision, false) AS served,
  k {.*, packed: null} AS properties
ORDER BY revision DESC
