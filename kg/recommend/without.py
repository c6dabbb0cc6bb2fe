"""Leave out what a request is to be answered without: brands, categories and rules."""

from kg.errors import NotFound
from kg.recommend.lookup import lookup
from kg.recommend.rulebook import Rulings
from kg.recommend.served import Served
from kg.recommend.types import Request

Node = tuple[str, str]
"""A label and an id: ("Brand", "acme")."""


def in_force(request: Request, rules: Rulings) -> Rulings:
    """The rules that hold for a request: none for the past. Raises NotFound for one that does not
    hold but is to be left out."""
    left_out = set(request.without.rules)
    if missing := left_out - {each.rule.rule_id for each in rules}:
        raise NotFound(f"no rule {', '.join(sorted(missing))} holds now; see kgrec rules list")
    if request.until is not None:
        return ()
    return tuple(each for each in rules if each.rule.rule_id not in left_out)


def gone(served: Served, request: Request) -> frozenset[Node]:
    """The brands and categories that nothing leads through, those below a category included.

    Raises NotFound for a name that the graph does not have, OptionError for an ambiguous one.
    """
    language = served.meta.language
    brands = [lookup(served.graph, "Brand", each, language) for each in request.without.brands]
    tops = [lookup(served.graph, "Category", each, language) for each in request.without.categories]
    below = served.subtrees(tops) if tops else ()
    return frozenset(
        [*(("Brand", each) for each in brands), *(("Category", each) for each in below)]
    )
