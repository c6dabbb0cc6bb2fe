"""The products that walks start from: the user's recent ones, the request's, the query's hits."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.recommend.asked import Asked, Past
from kg.recommend.recipes import DECAY
from kg.recommend.types import Entity

RECENT = 20
"""How many of the user's latest distinct products count."""

TYPE_WEIGHTS = {"BOUGHT": 1.0, "LIKED": 1.0, "ADDED_TO_CART": 0.6, "VIEWED": 0.3}

GOOD = 4.0
"""A rating from here on counts as much as a purchase, a lower one says no."""

HITS = 10
"""How many of a query's product hits are walked from."""

SEARCHED = 0.1
"""What these hits weigh together: they lead to candidates, whose rank the search itself decides."""


@dataclass(frozen=True)
class Seed:
    """A product to walk from; `past` where it is of the user's history, `why` for the others."""

    product_id: str
    weight: float
    why: str
    past: Past | None = None


def weight_of(past: Past) -> float:
    """How much the user wanted the product, by the strongest of the events."""
    best = max((TYPE_WEIGHTS.get(each, 0.0) for each in past.types), default=0.0)
    if "RATED" not in past.types or past.value is None:
        return best
    if past.value >= GOOD:
        return 1.0
    return best if "BOUGHT" in past.types else 0.0


def history_seeds(history: Sequence[Past], decay: float = DECAY) -> list[Seed]:
    """The latest products of a history (newest first), the latest weighing most."""
    weighed = [
        Seed(past.product_id, weight_of(past) * decay**position, "history", past)
        for position, past in enumerate(history[:RECENT])
    ]
    return [seed for seed in weighed if seed.weight > 0]


def seeds_of(asked: Asked, entities: Sequence[Entity], decay: float = DECAY) -> tuple[Seed, ...]:
    """All seeds of a request, each product once. `entities` is V_U, best first; `decay` is what
    each product of the history weighs beside the one after it."""
    own = asked.request.product_id
    found = [Seed(own, 1.0, "product")] if own else []
    found += history_seeds(asked.history, decay)
    found += _hits([each for each in entities if each.label == "Product"])
    first: dict[str, Seed] = {}
    for seed in found:
        first.setdefault(seed.product_id, seed)
    return tuple(first.values())


def _hits(products: Sequence[Entity]) -> list[Seed]:
    """The query's best hits, each by its share of their scores."""
    hits = [each for each in products if each.found_by not in ("history", "product")][:HITS]
    total = sum(each.score for each in hits)
    return [Seed(each.id, SEARCHED * each.score / total, "query") for each in hits]
