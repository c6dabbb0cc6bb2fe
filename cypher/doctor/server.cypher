CYPHER 25
// What server this is.
// returns: version string, edition string
CALL dbms.components() YIELD name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version, edition
