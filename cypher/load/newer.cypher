CYPHER 25
// Note the moment of the newest event, where it is newer than that known.
// params:  $at int
// returns: newest_at int
MATCH (m:KgrecMeta {id: 'kgrec'})
WHERE coalesce(m.newest_at, $at - 1) < $at
SET m.newest_at = $at
RETURN m.newest_at AS newest_at
