CYPHER 25
// Products that pass a filter: the nearest to a vector by the exact cosine of their text vectors in
// slot b (-1 without one), or the most popular where there is no vector.
// params:  $filter map {min_price int or null, max_price int or null, in_stock bool,
//            brand_ids list<string> or null, category_ids list<string> or null,
//            excluded_brand_ids list<string>, excluded_category_ids list<string>,
//            excluded_product_ids list<string>}
//          $vector list<float> or null
//          $limit int
// returns: product_id string, strength float
//
// In Neo4j Browser:
//   :param filter => {min_price: null, max_price: 1000, in_stock: true, brand_ids: null, category_ids: ["beauty"], excluded_brand_ids: [], excluded_category_ids: [], excluded_product_ids: []}
//   :param vector => null
//   :param limit => 10
CALL () {
  WHEN $filter.category_ids IS NOT NULL THEN {
    MATCH (c:Category)<-[:IN_CATEGORY]-(p:Product)
    WHERE c.category_id IN $filter.category_ids
    RETURN DISTINCT p
  } WHEN $filter.brand_ids IS NOT NULL THEN {
    MATCH (b:Brand)<-[:MADE_BY]-(p:Product)
    WHERE b.brand_id IN $filter.brand_ids
    RETURN p
  } WHEN $vector IS NULL THEN {
    // In the order of the index, only as far as needed.
    MATCH (p:Product)
    WHERE p.popularity >= 0.0
      AND ($filter.min_price IS NULL OR p.price_minor >= $filter.min_price)
      AND ($filter.max_price IS NULL OR p.price_minor <= $filter.max_price)
      AND (NOT $filter.in_stock OR coalesce(p.in_stock, true))
      AND NOT p.product_id IN $filter.excluded_product_ids
      AND (isEmpty($filter.excluded_brand_ids) OR NOT EXISTS {
        MATCH (p)-[:MADE_BY]->(b:Brand) WHERE b.brand_id IN $filter.excluded_brand_ids
      })
      AND (isEmpty($filter.excluded_category_ids) OR NOT EXISTS {
        MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.category_id IN $filter.excluded_category_ids
      })
    RETURN p
    ORDER BY p.popularity DESC, p.product_id
    LIMIT $limit
  } WHEN $filter.min_price IS NOT NULL OR $filter.max_price IS NOT NULL THEN {
    MATCH (p:Product)
    WHERE coalesce($filter.min_price, 0) <= p.price_minor
      AND p.price_minor <= coalesce($filter.max_price, 9223372036854775807)
    RETURN p
  } ELSE {
    MATCH (p:Product) WHERE p.popularity >= 0.0
    RETURN p
  }
}
WITH p
WHERE ($filter.min_price IS NULL OR p.price_minor >= $filter.min_price)
  AND ($filter.max_price IS NULL OR p.price_minor <= $filter.max_price)
  AND (NOT $filter.in_stock OR coalesce(p.in_stock, true))
  AND NOT p.product_id IN $filter.excluded_product_ids
  AND ($filter.brand_ids IS NULL OR EXISTS {
    MATCH (p)-[:MADE_BY]->(b:Brand) WHERE b.brand_id IN $filter.brand_ids
  })
  AND (isEmpty($filter.excluded_brand_ids) OR NOT EXISTS {
    MATCH (p)-[:MADE_BY]->(b:Brand) WHERE b.brand_id IN $filter.excluded_brand_ids
  })
  AND (isEmpty($filter.excluded_category_ids) OR NOT EXISTS {
    MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.category_id IN $filter.excluded_category_ids
  })
WITH p, CASE
  WHEN $vector IS NULL THEN p.popularity
  // The similarity is (1 + cosine) / 2.
  ELSE coalesce(2.0 * vector.similarity.cosine(p.text_embedding_b, $vector) - 1.0, -1.0)
END AS strength
RETURN p.product_id AS product_id, round(strength, 9) AS strength
ORDER BY strength DESC, product_id
LIMIT $limit
