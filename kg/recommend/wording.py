"""How a difference between a product and the next one of its list is said to a shopper."""

from collections.abc import Mapping

from kg.recommend.asked import Asked
from kg.recommend.types import Request

BLEND: Mapping[str, tuple[str, str]] = {
    "relevance": ("fits the search better", "fits the search less"),
    "hot": ("more like what sells now", "less like what sells now"),
    "entity": ("nearer on the whole to {meant}", "further on the whole from {meant}"),
    "lexical": ("has more of the words searched for", "has fewer of the words searched for"),
    "next": ("bought more often after {yours}", "bought less often after {yours}"),
    "together": ("bought more often with {yours}", "bought less often with {yours}"),
    "similar": ("closer in text to {yours}", "less close in text to {yours}"),
    "brand": ("of a brand that fits better", "of a brand that fits less"),
    "category": ("in a category that fits better", "in a category that fits less"),
    "price": ("priced nearer to {yours}", "priced further from {yours}"),
    "popularity": ("more popular", "less popular"),
    "next_last": ("bought more often after the latest", "bought less often after the latest"),
    "before": ("bought more often before {yours}", "bought less often before {yours}"),
    "together_plain": (
        "bought more often with {yours}, late or early",
        "bought less often with {yours}, late or early",
    ),
    "similar_last": ("closer in text to the latest", "less close in text to the latest"),
    "words": ("closer in title to {yours}", "less close in title to {yours}"),
    "words_last": ("closer in title to the latest", "less close in title to the latest"),
    "history": ("for a longer history", "for a shorter history"),
    "age": ("wanted longer ago", "wanted more recently"),
    "place": ("wanted later in people's histories", "wanted earlier in people's histories"),
    "gnn": ("closer to {yours} in what was learned", "less close to {yours} in what was learned"),
}
"""By term of a blend: what is said of a product that has more of it than the next, and less."""

RANKED: Mapping[str, str] = {
    "next": "the order of purchases",
    "together": "joint purchases",
    "similar": "likeness in text",
    "brand": "its brand",
    "category": "its category",
    "popularity": "its sales",
    "gnn": "learned likeness",
}
"""By group of terms of a learned ranker, which alone knows whether more of one is better."""


def in_words(asked: Asked, term: str, by: float) -> str:
    """A difference of a term as it is said of the product that is compared with the next."""
    if ":" in term:
        rule_id = term.partition(":")[2]
        return f"rule {rule_id} of the shop favours {'it' if by > 0 else 'the next'}"
    if asked.recipe.ranked and term in RANKED:
        return f"{'ahead' if by > 0 else 'behind'} by {RANKED[term]}"
    words = BLEND[term][(by > 0) is downward(asked, term)]
    yours = _yours(asked.request)
    meant = "what your search means" if asked.request.query else yours
    return words.format(yours=yours, meant=meant)


def than_the_next(asked: Asked, term: str, by: float) -> str:
    """The same as a reason, which has to say beside what."""
    words = in_words(asked, term, by)
    if ":" in term:
        return f"{words} beside the next product"
    if asked.recipe.ranked and term in RANKED:
        return words.replace(" by ", " of the next product by ")
    return f"{words} than the next product"


def downward(asked: Asked, term: str) -> bool:
    """True for a term of negative weight: a product that has less of it gets more."""
    return asked.recipe.weights.get(term, 0.0) < 0


def _yours(request: Request) -> str:
    """What a request starts from, as its user would call it."""
    own = "your products" if request.user_id else ""
    found = "" if own or not request.query else "what your search found"
    return " and ".join(filter(None, ["that product" if request.product_id else "", own or found]))
