CYPHER 25
// The most popular products: of the shop, of categories (subcategories listed), of brands, or of both.
// params:  $requests list<map {category_ids list<string> or null, brand_ids list<string> or null,
//            limit int}>
// returns: request int, product_id string, strength float
//
// In Neo4j Browser:
//   :param requests => [{category_ids: ["beauty"], brand_ids: null, limit: 10}]
UNWIND range(0, size($requests) - 1) AS request
CALL (request) {
  WITH $requests[request] AS asked
  CALL (asked) {
    WHEN asked.category_ids IS NOT NULL THEN {
      MATCH (c:Category)<-[:IN_CATEGORY]-(p:Product)
      WHERE c.category_id IN asked.category_ids
      WITH DISTINCT p, asked
      WHERE asked.brand_ids IS NULL OR EXISTS {
        MATCH (p)-[:MADE_BY]->(b:Brand) WHERE b.brand_id IN asked.brand_ids
      }
      RETURN p, p.popularity AS strength
      ORDER BY strength DESC, p.product_id
      LIMIT coll.max([each IN $requests | each.limit])
    } WHEN asked.brand_ids IS NOT NULL THEN {
      MATCH (b:Brand)<-[:MADE_BY]-(p:Product)
      WHERE b.brand_id IN asked.brand_ids
      RETURN p, p.popularity AS strength
      ORDER BY strength DESC, p.product_id
      LIMIT coll.max([each IN $requests | each.limit])
    } ELSE {
      // In the order of the index, only as far as needed.
      MATCH (p:Product)
      WHERE p.popularity >= 0.0
      RETURN p, p.popularity AS strength
      ORDER BY strength DESC, p.product_id
      LIMIT coll.max([each IN $requests | each.limit])
    }
  }
  WITH p.product_id AS product_id, strength
  ORDER BY strength DESC, product_id
  WITH collect([product_id, strength]) AS found
  UNWIND found[..$requests[request].limit] AS row
  RETURN row[0] AS product_id, row[1] AS strength
}
// In the order of the lists: a sort here would hold every row's whole list in memory.
RETURN request, product_id, strength
