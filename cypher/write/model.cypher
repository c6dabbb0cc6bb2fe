CYPHER 25
// Keep a learned model beside the one that is served, which keeps its slot; models of other
// revisions that name the new one's slot are gone.
// params:  $revision int
//          $slot string
//          $packed bytes
//          $properties map
// returns: revision int
//
// In Neo4j Browser:
//   :param revision => 7
//   :param slot => 'a'
//   :param packed => null
//   :param properties => {kind: 'learned'}
CALL () {
  MATCH (old:KgrecModel)
  WHERE old.revision > 0 AND old.slot = $slot
  DELETE old
}
CREATE (k:KgrecModel)
SET k = $properties, k.revision = $revision, k.slot = $slot, k.packed = $packed
RETURN k.revision AS revision
