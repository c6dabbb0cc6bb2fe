"""The graph said once, as data: node types, relationship types, their keys and properties."""

from dataclasses import dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class NodeType:
    """A label, its key property, the properties a source gives and those kgrec derives."""

    label: str
    key: str
    properties: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelType:
    """A relationship type between two labels. `time` names the property with its moment."""

    type: str
    start: NodeType
    end: NodeType
    properties: tuple[str, ...] = ()
    time: str | None = None
    derived: bool = False


PRODUCT = NodeType(
    "Product",
    key="product_id",
    properties=("title", "description", "price_minor", "in_stock", "image_url", "released_at"),
    derived=("popularity", "mean_age", "mean_place"),
    text=("title", "description"),
)
USER = NodeType("User", key="user_id")
BRAND = NodeType("Brand", key="brand_id", properties=("name",), derived=("name_key",))
CATEGORY = NodeType(
    "Category", key="category_id", properties=("name", "depth"), derived=("name_key",)
)
META = NodeType("KgrecMeta", key="id")
MODEL = NodeType("KgrecModel", key="revision")
FORGOTTEN = NodeType("Forgotten", key="hash")
RULE = NodeType(
    "Rule",
    key="rule_id",
    properties=(
        *("kind", "from", "until", "weight", "position"),
        *("note", "created_at", "source"),
    ),
)
PROMOTION = NodeType(
    "Promotion",
    key="promotion_id",
    properties=("discount", "budget", "from", "until", "note", "created_at", "source"),
)

EVENT_PROPERTIES = ("event_id", "at", "value", "order_id", "source")
VIEWED = RelType("VIEWED", USER, PRODUCT, EVENT_PROPERTIES, time="at")
ADDED_TO_CART = RelType("ADDED_TO_CART", USER, PRODUCT, EVENT_PROPERTIES, time="at")
BOUGHT = RelType("BOUGHT", USER, PRODUCT, EVENT_PROPERTIES, time="at")
LIKED = RelType("LIKED", USER, PRODUCT, EVENT_PROPERTIES, time="at")
RATED = RelType("RATED", USER, PRODUCT, EVENT_PROPERTIES, time="at")
EVENTS = {rel.type: rel for rel in (VIEWED, ADDED_TO_CART, BOUGHT, LIKED, RATED)}

MADE_BY = RelType("MADE_BY", PRODUCT, BRAND, ("rank",))
IN_CATEGORY = RelType("IN_CATEGORY", PRODUCT, CATEGORY, ("rank",))
SUBCATEGORY_OF = RelType("SUBCATEGORY_OF", CATEGORY, CATEGORY)
BOUGHT_NEXT = RelType("BOUGHT_NEXT", PRODUCT, PRODUCT, ("weight", "support"), derived=True)
BOUGHT_WITH = RelType("BOUGHT_WITH", PRODUCT, PRODUCT, ("weight", "support"), derived=True)

APPLIES_TO = tuple(
    RelType("APPLIES_TO", rule, target)
    for rule in (RULE, PROMOTION)
    for target in (PRODUCT, BRAND, CATEGORY)
)
"""What the shop says of itself: no part of RELATIONSHIPS, which are loaded and learned from."""

NODES = {
    node.label: node
    for node in (PRODUCT, USER, BRAND, CATEGORY, META, MODEL, FORGOTTEN, RULE, PROMOTION)
}
RELATIONSHIPS = {
    rel.type: rel
    for rel in (*EVENTS.values(), MADE_BY, IN_CATEGORY, SUBCATEGORY_OF, BOUGHT_NEXT, BOUGHT_WITH)
}

SLOTS = ("a", "b")
"""Vectors have two slots; `KgrecMeta` names the one that is served."""


def is_evidence(event_type: str, value: float | None) -> bool:
    """Does this event say that the user wanted the product: bought, liked, or rated 4 and more."""
    return event_type in ("BOUGHT", "LIKED") or (event_type == "RATED" and (value or 0.0) >= 4.0)
