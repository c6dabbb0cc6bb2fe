CYPHER 25
// Become the one writer, unless another is at work. `free` is the id of a lock that is known to be
// nobody's any more, else null. The row says who holds the lock now.
// params:  $id string
//          $owner string
//          $process string
//          $seconds int
//          $free string
//          $schema_version int
// returns: id string, owner string, process string, since int, until int, now int
MERGE (m:KgrecMeta {id: 'kgrec'})
  ON CREATE SET m.schema_version = $schema_version, m.revision = 0
// A write first: it waits for whoever else asks, so that only one sees the lock free.
SET m.lock_asked = timestamp()
WITH m, timestamp() AS now
FOREACH (
  taken IN CASE
    WHEN m.lock_id IS NULL OR m.lock_id = $free OR m.lock_until < now THEN [1]
    ELSE []
  END |
  SET
    m.lock_id = $id,
    m.lock_owner = $owner,
    m.lock_process = $process,
    m.lock_since = now,
    m.lock_until = now + 1000 * $seconds
)
RETURN
  m.lock_id AS id,
  m.lock_owner AS owner,
  m.lock_process AS process,
  m.lock_since AS since,
  m.lock_until AS until,
  now
