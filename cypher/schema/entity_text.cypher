CYPHER 25
// Full text of the names of brands and categories, reduced to stems.
// params:  $options map
// returns:
//
// In Neo4j Browser:
//   :param options => {indexConfig: {`fulltext.analyzer`: 'english'}}
CREATE FULLTEXT INDEX entity_text IF NOT EXISTS
FOR (n:Brand|Category) ON EACH [n.name]
OPTIONS $options
