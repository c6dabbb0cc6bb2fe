"""Recipes: which terms count how much in a score."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from kg.errors import GraphError, OptionError
from kg.recommend.types import Request

LARGEST_WEIGHT = 1e6
"""The largest weight that a request may give: sums of larger ones lose what others give."""

TERM_NAMES = (
    *("relevance", "hot", "entity", "lexical", "next", "together", "similar", "brand", "category"),
    *("price", "popularity", "next_last", "before", "together_plain", "similar_last", "words"),
    *("words_last", "history", "age", "place", "gnn"),
)
"""The terms there are, each a function of kg.recommend.terms, which lies above."""

GREEK = {"alpha": "relevance", "beta": "hot", "gamma": "entity"}
"""The three weights of the design by their letters, and the terms they weigh."""

DECAY = 0.8
"""What a product of a history counts beside the one that came after it."""

OWN = ("next", "together", "similar", "price")
"""Terms of which most is what the user or the product asked about gives."""


def _frozen(numbers: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(numbers))


@dataclass(frozen=True)
class Recipe:
    """R = sum over terms t of weight_t * softmax(term_t / temperature_t) over the candidates.

    A small temperature lets a term decide between its best candidates, a large one makes it count
    in proportion. A term without a temperature of its own has temperature 1. With `popular`, the
    most popular products are candidates whatever else is. With `learned`, the graph's ranker makes
    the score, and there are no weights; with `content` its other ranker does, which sees nothing of
    what people did with a product.

    `beside_search` is how much a history counts where words are searched for as well that are not
    just the name of a category or brand: what is searched for comes first.
    """

    name: str
    weights: Mapping[str, float]
    temperatures: Mapping[str, float] = field(default_factory=dict)
    popular: bool = False
    learned: bool = False
    content: bool = False
    beside_search: float = 1.0

    @property
    def ranked(self) -> bool:
        """Does a ranker of the graph's model make the score?"""
        return self.learned or self.content

    def temperature(self, term: str) -> float:
        """The temperature of `term`."""
        return self.temperatures.get(term, 1.0)


PAPER = Recipe(
    "paper",
    weights=_frozen(
        {
            "relevance": 1.2,
            "hot": 0.03,
            "entity": 0.05,
            "lexical": 0.55,
            "next": 1.5,
            "together": 0.035,
            "similar": 0.8,
            "brand": 1.75,
            "category": 1.05,
            "price": 0.02,
            "popularity": 0.005,
        }
    ),
    temperatures=_frozen(
        {
            "relevance": 0.3,
            "hot": 0.3,
            "entity": 0.3,
            "lexical": 0.37,
            "next": 0.04,
            "together": 0.023,
            "similar": 0.35,
            "brand": 0.6,
            "category": 0.45,
            "popularity": 0.05,
        }
    ),
    beside_search=0.2,
)
"""The blend of the design's terms with others. Chosen on validation items and made-up searches of
the Beauty shop: tests/bench/paper_weights.py. It has no prices: that weight is a guess."""

DESIGN = Recipe(
    "design",
    weights=_frozen({"relevance": 1.0, "hot": 0.1, "entity": 1.0}),
    temperatures=_frozen({"relevance": 0.1, "hot": 0.1, "entity": 0.1}),
)
"""The three terms of the design alone, R = alpha softmax(A_QS) + beta softmax(A_SP) + gamma
softmax(A_VU B_VS), without those that `paper` has beside them: to compare."""

SIMILAR = Recipe(
    "similar",
    weights=_frozen(
        {"similar": 1.0, "together": 0.5, "next": 0.25, "category": 0.25, "brand": 0.1}
    ),
    temperatures=_frozen(
        {"similar": 0.1, "together": 0.01, "next": 0.01, "category": 0.3, "brand": 0.3}
    ),
)
"""What can stand in for a product: close in text, bought by the same people, of its kind."""

HOT = Recipe(
    "hot",
    weights=_frozen({"popularity": 1.0}),
    temperatures=_frozen({"popularity": 0.2}),
    popular=True,
)
"""What most people want at the moment."""

LEARNED = Recipe("learned", weights=_frozen({}), learned=True)
"""A listwise ranker over the terms, fitted on past events (kgrec train)."""

CONTENT = Recipe("content", weights=_frozen({}), content=True)
"""What products are, and nothing of what people did with them: a product that nobody has bought
has the same chances as any. A ranker fitted on products whose events were hidden (kgrec train)."""

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for recipe in (PAPER, LEARNED, CONTENT, DESIGN, SIMILAR, HOT)
}


def tuned(terms: Sequence[str], weights: Sequence[float], temperatures: Sequence[float]) -> Recipe:
    """`paper` with these weights and temperatures [t] of terms [t]; the others stay as shipped, and
    terms that this kgrec does not weigh are left out. Raises GraphError for what cannot be blended.
    """
    heats = dict(zip(terms, temperatures, strict=False))
    given = dict(zip(terms, weights, strict=False))
    sound = len(terms) == len(weights) == len(temperatures)
    numbers = [*given.values(), *heats.values()]
    if not sound or not all(map(math.isfinite, numbers)) or min(heats.values(), default=1.0) <= 0:
        raise GraphError(
            "the stored weights of the recipe paper cannot be read:"
            " run kgrec tune --recipe paper --reset"
        )
    known = [name for name in terms if name in PAPER.weights]
    return replace(
        PAPER,
        weights=_frozen({**PAPER.weights, **{name: given[name] for name in known}}),
        temperatures=_frozen({**PAPER.temperatures, **{name: heats[name] for name in known}}),
    )


def chosen(request: Request, trained: bool = False, paper: Recipe = PAPER) -> Recipe:
    """The request's recipe with its own weights in place; `trained` where the graph has a model.

    `paper` is what that recipe was tuned to, on requests of users alone: these get it, while what
    is searched for, or near a product, gets it as shipped.

    Without a recipe a user gets `learned` where it is trained and nothing is searched for or
    weighed, everything else `paper` (or `hot`: see by_default). Raises OptionError for unknown
    names.
    """
    recipe = RECIPES.get(request.recipe or _default(request, trained).name)
    if recipe is None:
        raise OptionError(f"no recipe {request.recipe!r}; there are {', '.join(RECIPES)}")
    if recipe is PAPER and for_a_user(request):
        recipe = paper
    if recipe.ranked:
        _check_ranked(recipe.name, request, trained)
    weights = {GREEK.get(name, name): weight for name, weight in request.weights.items()}
    _check(weights)
    return replace(recipe, weights=_frozen({**recipe.weights, **weights})) if weights else recipe


def by_default(request: Request) -> bool:
    """Is the recipe left to kgrec, with nothing to go by but the user's history? Where that is
    empty what is popular is all that can be said, and a list by `hot` has it in its order."""
    asked = request.recipe or request.weights or request.query or request.product_id
    return not asked


def where_history_counts(recipe: Recipe, share: float, request: Request) -> Recipe:
    """The recipe with a share of the weights of OWN; those that the request gives stay."""
    given = {GREEK.get(name, name) for name in request.weights}
    weights = {
        name: weight * share if name in OWN and name not in given else weight
        for name, weight in recipe.weights.items()
    }
    return replace(recipe, weights=_frozen(weights))


def _default(request: Request, trained: bool) -> Recipe:
    return LEARNED if trained and for_a_user(request) and not request.weights else PAPER


def for_a_user(request: Request) -> bool:
    """Is the user all that there is to go by?"""
    return bool(request.user_id) and not (request.query or request.product_id)


def _check_ranked(name: str, request: Request, trained: bool) -> None:
    if not trained:
        raise OptionError(f"the recipe {name} has no model yet: run kgrec train")
    if request.weights:
        raise OptionError(f"the recipe {name} has no weights to give: weigh those of paper")
    if not for_a_user(request):
        raise OptionError(f"the recipe {name} ranks for a user alone: use paper for the others")


def _check(weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        if name not in TERM_NAMES:
            raise OptionError(f"no term {name!r} to weigh; there are {', '.join(TERM_NAMES)}")
        if not math.isfinite(weight):
            raise OptionError(f"the weight of {name} has to be a finite number, not {weight}")
        if abs(weight) > LARGEST_WEIGHT:
            raise OptionError(f"the weight of {name} goes up to {LARGEST_WEIGHT:g}, not {weight:g}")
