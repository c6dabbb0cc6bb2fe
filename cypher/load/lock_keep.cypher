CYPHER 25
// Keep the lock for some seconds more; no row where it is no longer ours.
// params:  $id string
//          $seconds int
// returns: until int
MATCH (m:KgrecMeta {id: 'kgrec', lock_id: $id})
SET m.lock_until = timestamp() + 1000 * $seconds
RETURN m.lock_until AS until
