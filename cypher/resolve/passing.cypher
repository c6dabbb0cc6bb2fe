CYPHER 25
// Those of the products that pass a filter. Subcategories are listed in it; a product without a price
// fails a price limit, one that does not say is in stock.
// params:  $ids list<string>
//          $filter map {min_price int or null, max_price int or null, in_stock bool,
//            brand_ids list<string> or null, category_ids list<string> or null,
//            excluded_brand_ids list<string>, excluded_category_ids list<string>,
//            excluded_product_ids list<string>}
// returns: product_id string
//
// In Neo4j Browser:
//   :param ids => ["runner", "lipred"]
//   :param filter => {min_price: null, max_price: 1000, in_stock: true, brand_ids: null, category_ids: ["beauty"], excluded_brand_ids: [], excluded_category_ids: [], excluded_product_ids: []}
MATCH (p:Product) WHERE p.product_id IN $ids
  AND ($filter.min_price IS NULL OR p.price_minor >= $filter.min_price)
  AND ($filter.max_price IS NULL OR p.price_minor <= $filter.max_price)
  AND (NOT $filter.in_stock OR coalesce(p.in_stock, true))
  AND NOT p.product_id IN $filter.excluded_product_ids
  AND ($filter.brand_ids IS NULL OR EXISTS {
    MATCH (p)-[:MADE_BY]->(b:Brand) WHERE b.brand_id IN $filter.brand_ids
  })
  AND ($filter.category_ids IS NULL OR EXISTS {
    MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.category_id IN $filter.category_ids
  })
  AND (isEmpty($filter.excluded_brand_ids) OR NOT EXISTS {
    MATCH (p)-[:MADE_BY]->(b:Brand) WHERE b.brand_id IN $filter.excluded_brand_ids
  })
  AND (isEmpty($filter.excluded_category_ids) OR NOT EXISTS {
    MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.category_id IN $filter.excluded_category_ids
  })
RETURN p.product_id AS product_id
ORDER BY product_id
