CYPHER 25
// Rules and promotions that hold now, and what they apply to.
// returns: path path
MATCH path = (r:Rule|Promotion)-[:APPLIES_TO]->()
WHERE r.from <= datetime().epochSeconds AND coalesce(r.until > datetime().epochSeconds, true)
RETURN path
