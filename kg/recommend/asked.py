"""A request with what the graph knows of its user and product, before any search."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.errors import GraphError, NotFound, OptionError
from kg.graph import Row
from kg.moments import readable_moment
from kg.recommend.product import unknown
from kg.recommend.recipes import HOT, Recipe, by_default, chosen
from kg.recommend.rulebook import Rulings
from kg.recommend.served import Served
from kg.recommend.types import Intent, Named, Request
from kg.recommend.without import Node, gone, in_force
from kg.stock import AS_OTHERS

OWNED = frozenset({"BOUGHT", "RATED"})
"""Who bought or rated a product has it."""


@dataclass(frozen=True)
class Past:
    """A product of a user's history: the newest moment, all types of events, the newest rating."""

    product_id: str
    at: int
    types: tuple[str, ...]
    value: float | None


@dataclass(frozen=True)
class Asked:
    """A checked request: its recipe, and the user's history, newest first.

    `known` is whether the graph has the user; `name` is the title of the request's product. `rules`
    are those that hold for it, `gone` the brands and categories that it is to do without,
    `out_of_stock` is what its list does with products that are: in the past as with others.
    """

    request: Request
    recipe: Recipe
    history: tuple[Past, ...] = ()
    known: bool = False
    name: str = ""
    rules: Rulings = ()
    gone: frozenset[Node] = frozenset()
    out_of_stock: str = AS_OTHERS

    @property
    def left_out(self) -> frozenset[str]:
        """Products that are no answer: the request's own, and what the user has."""
        own = {self.request.product_id} if self.request.product_id else set()
        if self.request.include_bought:
            return frozenset(own)
        had = {past.product_id for past in self.history if OWNED.intersection(past.types)}
        return frozenset(own | had)


def ask(served: Served, requests: Sequence[Request]) -> list[Asked]:
    """Check requests [n] and read the histories of their users. Raises OptionError, NotFound."""
    recipes = [_checked(served, request) for request in requests]
    histories = _histories(served, requests)
    titles = _titles(served, [r.product_id for r in requests if r.product_id])
    rules = served.rulebook.now()
    pasts = [
        _remaining(request, [_past(row) for row in rows if row["product_id"] is not None])
        for request, rows in zip(requests, histories, strict=True)
    ]
    return [
        Asked(
            request,
            recipe if past or not by_default(request) else HOT,
            past,
            known=bool(rows),
            name=titles.get(request.product_id or "", ""),
            rules=in_force(request, rules),
            gone=gone(served, request),
            out_of_stock=AS_OTHERS if request.until is not None else served.meta.out_of_stock,
        )
        for request, recipe, rows, past in zip(requests, recipes, histories, pasts, strict=True)
    ]


def _checked(served: Served, request: Request) -> Recipe:
    if request.k < 1:
        raise OptionError(f"k has to be at least 1, not {request.k}")
    if not 0 <= request.diversity <= 1:
        raise OptionError(f"diversity goes from 0 to 1, not {request.diversity}")
    for name in ("brands", "categories"):
        if isinstance(given := getattr(request.filters, name), str):
            raise OptionError(f"{name} are names, like ({given!r},), not the text {given!r}")
    low, high = request.filters.min_price_minor, request.filters.max_price_minor
    if low is not None and high is not None and low > high:
        raise OptionError(f"min_price_minor {low} is above max_price_minor {high}")
    built = served.meta.until
    if request.until is not None and (built is None or built > request.until):
        moment = readable_moment(request.until, served.meta.clock)
        raise GraphError(
            f"the graph knows what came after {moment}: build it as it was then with"
            f" kgrec build-graph SOURCE --until {moment}, or use the memory engine"
            " (--engine memory)"
        )
    return chosen(request, served.model is not None, served.paper)


def _histories(served: Served, requests: Sequence[Request]) -> list[list[Row]]:
    """History rows of each request; an unknown user has none, one without events has one."""
    places = [index for index, request in enumerate(requests) if request.user_id]
    asked = [{"user_id": requests[at].user_id, "until": requests[at].until} for at in places]
    rows = served.graph.read("resolve/history", requests=asked) if asked else []
    histories: list[list[Row]] = [[] for _ in requests]
    for row in rows:
        histories[places[row["request"]]].append(row)
    return histories


def _past(row: Row) -> Past:
    return Past(row["product_id"], row["at"], tuple(row["types"]), row["value"])


def _remaining(request: Request, history: Sequence[Past]) -> tuple[Past, ...]:
    """A history without the purchases in question. Raises NotFound for one that is not in it."""
    left_out = set(request.without.purchases)
    if missing := left_out - {past.product_id for past in history}:
        raise NotFound(f"the user's history has no {', '.join(sorted(missing))}")
    return tuple(past for past in history if past.product_id not in left_out)


def _titles(served: Served, ids: Sequence[str]) -> dict[str, str]:
    """Titles of the products asked about. Raises NotFound naming the ids that are close."""
    distinct = list(dict.fromkeys(ids))
    rows = served.graph.read("resolve/products", ids=distinct) if distinct else []
    titles = {row["product_id"]: row["title"] or row["product_id"] for row in rows}
    for product_id in distinct:
        if product_id not in titles:
            raise unknown(served.graph, product_id)
    return titles


def forgetting(intent: Intent, asked: Asked) -> Intent:
    """An intent that means none of the brands and categories that are gone; its words stay."""
    if not asked.gone:
        return intent

    def kept(named: Sequence[Named]) -> tuple[Named, ...]:
        return tuple(each for each in named if (each.label, each.id) not in asked.gone)

    return replace(intent, brands=kept(intent.brands), categories=kept(intent.categories))
