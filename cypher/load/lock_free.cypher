CYPHER 25
// Give the lock back.
// params:  $id string
// returns: freed bool
MATCH (m:KgrecMeta {id: 'kgrec', lock_id: $id})
REMOVE
  m.lock_id, m.lock_owner, m.lock_process, m.lock_since, m.lock_until, m.lock_asked
RETURN true AS freed
