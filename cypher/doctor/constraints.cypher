CYPHER 25
// What the uniqueness constraints hold: a label or type and a property each.
// returns: of string, property string
SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties
WHERE type CONTAINS 'UNIQUENESS' OR type CONTAINS 'KEY'
RETURN labelsOrTypes[0] AS of, properties[0] AS property
ORDER BY of, property
