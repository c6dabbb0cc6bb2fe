"""What goes into a recommendation, what comes out, and what the stages hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from kg.recommend.pages import Whole

Vector = NDArray[np.float32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Filters:
    """What every result must satisfy. Categories and brands by id, path or name as users type.

    A product without a price passes no price limit; one that says nothing of its stock is in stock.
    """

    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    min_price_minor: int | None = None
    max_price_minor: int | None = None
    in_stock: bool = False


@dataclass(frozen=True)
class Without:
    """What a request is to be answered without, as if it were not there: for "what if".

    `purchases` are products of the user's history by id, with all that the user did with them;
    `brands` and `categories`, by id, path or name, are nodes that nothing leads through, those
    below a category included; `rules` are ids. Their products may still be reached by other ways.
    """

    purchases: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """One question to the recommender: a user, a search text, a product, or several of these.

    `weights` replaces single weights of the recipe; alpha, beta and gamma are those of the terms
    relevance, hot and entity. `diversity` is a dial from 0 (off) to 1. `until` is exclusive, on
    the graph's clock. Without `include_bought`, what the user bought or rated is left out.
    Without `explain` products have one path each and are compared with none, and entities and
    neighbours are left out.
    With `until`, which is about the past, no rules of the shop hold.
    """

    user_id: str | None = None
    query: str | None = None
    product_id: str | None = None
    k: int = 10
    filters: Filters = Filters()
    include_bought: bool = False
    recipe: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    diversity: float = 0.0
    until: int | None = None
    explain: bool = True
    without: Without = Without()


@dataclass(frozen=True)
class Named:
    """A brand or category by label, id and name."""

    label: str
    id: str
    name: str


@dataclass(frozen=True)
class Intent:
    """What the query means: limits, brands, categories and negations, and the text left over.

    `text` is None when nothing is left; `embedding` [d] is that of `text`, unit length. `words`
    is `text` with the names of the brands in it, as full text looks for them. Limits hold
    inclusively, in minor units.
    """

    text: str | None = None
    words: str | None = None
    embedding: Vector | None = field(default=None, compare=False, repr=False)
    brands: tuple[Named, ...] = ()
    categories: tuple[Named, ...] = ()
    min_price_minor: int | None = None
    max_price_minor: int | None = None
    excluded: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Entity:
    """A node of V_U: how strongly the request means it, and how it was found.

    `found_by` joins by + what found it: full_text, exact, vector, name, history, product.
    """

    label: str
    id: str
    name: str
    score: float
    found_by: str


@dataclass(frozen=True)
class Neighbour:
    """A node of V_U': reached from V_U on the way to candidates, `via` a relationship type."""

    label: str
    id: str
    name: str
    strength: float
    via: str


@dataclass(frozen=True)
class PathNode:
    """A node on a path."""

    label: str
    id: str
    name: str


@dataclass(frozen=True)
class PathRelationship:
    """A relationship on a path; `forward` when it points from the node before to the node after."""

    type: str
    forward: bool
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    """A stored path: nodes [n], relationships [n - 1] between each node and the next."""

    nodes: tuple[PathNode, ...]
    relationships: tuple[PathRelationship, ...] = ()


@dataclass(frozen=True)
class Fired:
    """A rule that had a part in where a product stands; `discount` in percent, of a promotion."""

    rule_id: str
    kind: str
    discount: float | None = None


@dataclass(frozen=True)
class Difference:
    """What a term or rule gave a product more than the next one, below 0 for less, and in words."""

    term: str
    by: float
    words: str


@dataclass(frozen=True)
class Compared:
    """A product beside `product_id`, the next of its list; for the last, the best that is not
    `listed`.

    `by` is how much its score is above that one's, and the sum of `terms` within 1e-9, what speaks
    for it first. Where it is below, `moved_by` says what put it before the other all the same.
    """

    product_id: str
    title: str
    listed: bool
    by: float
    terms: tuple[Difference, ...]
    moved_by: str | None = None


@dataclass(frozen=True)
class Recommendation:
    """One product of the list. `contributions` sum to `score` within 1e-9.

    `paths` begins with the one of the `reason`, and `browser_cypher` shows it in Neo4j Browser.
    `evidence` is graph, text, learned, popularity, fallback or rule; `moved_by` says what gave the
    product another rank than its score: diversity, rule:ID, promotion:ID or "out of stock", else
    None. `rules` are those that fired, each also among the contributions; `sponsored` is whether a
    promotion put the product where it is.

    `compared` says what speaks for and against the product beside the next one; None without
    `explain`, where there is no other, and for what only fills the list. `reason_term` is the term
    that the reason speaks for, in which the product is ahead of the next one; None where there is
    nothing to compare or no term put it there.
    """

    rank: int
    product_id: str
    title: str
    score: float
    contributions: Mapping[str, float]
    evidence: str
    moved_by: str | None
    reason: str
    paths: tuple[Path, ...]
    browser_cypher: str
    brand: str | None = None
    price_minor: int | None = None
    in_stock: bool | None = None
    image_url: str | None = None
    rules: tuple[Fired, ...] = ()
    sponsored: bool = False
    compared: Compared | None = None
    reason_term: str | None = None


@dataclass(frozen=True)
class Note:
    """Something the caller should know about the answer, as a stable code and a sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class Result:
    """The answer to one request. `currency` is that of all prices, None where there are none.

    `browser_cypher` shows the paths of all results together in Neo4j Browser; None without
    `explain`, or where nothing is listed.

    `whole` is the list that this is a page of, what `Recommender.page` goes on with.
    """

    request: Request
    recipe: str
    intent: Intent
    entities: tuple[Entity, ...]
    neighbours: tuple[Neighbour, ...]
    results: tuple[Recommendation, ...]
    notes: tuple[Note, ...]
    timings_ms: Mapping[str, float]
    currency: str | None = None
    browser_cypher: str | None = None
    whole: "Whole | None" = field(default=None, compare=False, repr=False)
