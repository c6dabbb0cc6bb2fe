CYPHER 25
// Full text of products, its words reduced to their stems.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`fulltext.analyzer`: 'english'}}
CREATE FULLTEXT INDEX product_text IF NOT EXISTS
FOR (n:Product) ON EACH [n.title, n.description]
OPTIONS $options
