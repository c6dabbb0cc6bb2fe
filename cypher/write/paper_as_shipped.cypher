CYPHER 25
// From now on serve the recipe paper as it is shipped; no row where it is served so.
// returns: revision int
MATCH (k:KgrecModel {revision: 0})
DELETE k
WITH count(*) AS gone
WHERE gone > 0
MATCH (m:KgrecMeta {id: 'kgrec'})
SET m.revision = coalesce(m.revision, 0) + 1
RETURN m.revision AS revision
