CYPHER 25
// The learned model that is served; no row where none is.
// returns: revision int, slot string, packed bytes
MATCH (m:KgrecMeta {id: 'kgrec'})
MATCH (k:KgrecModel {revision: m.model_revision})
RETURN k.revision AS revision, k.slot AS slot, k.packed AS packed
