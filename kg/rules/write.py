"""Put up rules and end them; the next request knows."""

import secrets
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from kg.errors import GraphError, NotFound, OptionError
from kg.live.writing import SOURCE
from kg.load.schema import make_schema
from kg.meta import Meta, built_meta
from kg.recommend.lookup import lookup
from kg.recommend.product import unknown
from kg.rules.read import list_rules
from kg.rules.types import PROMOTION, WEIGHT, NewRule, Rule, check

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

PROPERTIES = ("kind", "until", "weight", "position", "discount", "budget", "note")


def add_rule(graph: "Neo4jGraph", new: NewRule, now: int | None = None) -> Rule:
    """Put up a rule. Raises OptionError for what makes no sense, NotFound for what the graph does
    not have, GraphError for an id that is taken, ConnectionFailed.
    """
    meta = built_meta(graph)
    moment = int(time.time()) if now is None else now
    check(new, moment)
    if new.budget is not None and meta.clock == "order":
        raise OptionError("a budget needs purchases with times; these have only positions")
    rule_id = new.rule_id or secrets.token_hex(4)
    if any(each.rule_id == rule_id for each in list_rules(graph, ended=True)):
        raise GraphError(f"there is a rule {rule_id} already; choose another id")
    kind = PROMOTION if new.kind == PROMOTION else "rule"
    make_schema(graph)  # a graph of an earlier kgrec has no key for rules
    graph.write(
        f"write/{kind}",
        rule_id=rule_id,
        properties=_properties(new, moment),
        **_ids(graph, new, meta),
    )
    return _known(graph, rule_id)


def end_rule(graph: "Neo4jGraph", rule_id: str, now: int | None = None) -> Rule:
    """End a rule now; one that is over stays as it was. Raises NotFound, ConnectionFailed."""
    moment = int(time.time()) if now is None else now
    if not graph.write("write/end_rule", rule_id=rule_id, now=moment):
        raise NotFound("no such rule in the graph; kgrec rules list shows them")
    return _known(graph, rule_id)


def _properties(new: NewRule, now: int) -> dict[str, Any]:
    given = replace(new, weight=WEIGHT) if _unweighed(new) else new
    plain = {name: value for name, value in asdict(given).items() if name in PROPERTIES}
    if new.kind == PROMOTION:
        del plain["kind"]
    since = now if new.since is None else new.since
    return {**plain, "from": since, "created_at": now, "source": SOURCE}


def _unweighed(new: NewRule) -> bool:
    return new.kind in ("boost", "bury") and new.weight is None


def _ids(graph: "Neo4jGraph", new: NewRule, meta: Meta) -> dict[str, list[str]]:
    """The ids of what a rule applies to. Raises NotFound, OptionError for an ambiguous name."""
    known = {row["product_id"] for row in graph.read("resolve/products", ids=list(new.products))}
    for each in new.products:
        if each not in known:
            raise unknown(graph, each)
    language = meta.language or "english"
    return {
        "products": sorted(known),
        "brands": sorted({lookup(graph, "Brand", each, language) for each in new.brands}),
        "categories": sorted(
            {lookup(graph, "Category", each, language) for each in new.categories}
        ),
    }


def _known(graph: "Neo4jGraph", rule_id: str) -> Rule:
    return next(each for each in list_rules(graph, ended=True) if each.rule_id == rule_id)
