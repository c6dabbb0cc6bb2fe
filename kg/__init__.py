"""A recommender for shops that lives in Neo4j and shows why it recommends what it does.

from kg import Recommender, Request

Recommender.open().recommend(Request(user_id="u42", query="running shoes"))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.build import BuildOptions, build_graph
    from kg.catalog import SourceOptions
    from kg.graph.open import open_graph
    from kg.recommend.recommender import Recommender
    from kg.recommend.types import Filters, Request, Result, Without
    from kg.rules.read import list_rules
    from kg.rules.types import NewRule, Rule
    from kg.rules.write import add_rule, end_rule
    from kg.sources import open_source

__all__ = [
    "BuildOptions",
    "Filters",
    "NewRule",
    "Recommender",
    "Request",
    "Result",
    "Rule",
    "SourceOptions",
    "Without",
    "add_rule",
    "build_graph",
    "end_rule",
    "list_rules",
    "open_graph",
    "open_source",
]

_HOMES = {
    "BuildOptions": "kg.build",
    "Filters": "kg.recommend.types",
    "NewRule": "kg.rules.types",
    "Recommender": "kg.recommend.recommender",
    "Request": "kg.recommend.types",
    "Result": "kg.recommend.types",
    "Rule": "kg.rules.types",
    "SourceOptions": "kg.catalog",
    "Without": "kg.recommend.types",
    "add_rule": "kg.rules.write",
    "build_graph": "kg.build",
    "end_rule": "kg.rules.write",
    "list_rules": "kg.rules.read",
    "open_graph": "kg.graph.open",
    "open_source": "kg.sources",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for and no more: a driver or a table reader costs start-up time."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """What completion offers: the names that are imported when asked for as well."""
    return sorted({*globals(), *__all__})
