CYPHER 25
// Titles and ids as they are written: codes, exact titles, beginnings of words.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}
CREATE FULLTEXT INDEX product_exact IF NOT EXISTS
FOR (n:Product) ON EACH [n.title, n.product_id]
OPTIONS $options
