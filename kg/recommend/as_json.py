"""A result as the one JSON object that the command and the HTTP API answer with."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.recommend.types import Compared, Intent, Named, Path, Recommendation, Request, Result

if TYPE_CHECKING:
    from kg.recommend.what_if import WhatIf
    from kg.recommend.why import Explanation
    from kg.rules.types import Rule

Json = dict[str, Any]


def as_json(result: Result) -> Json:
    """The result in plain dicts, lists, strings and numbers."""
    return {
        "request": request_as_json(result.request),
        "recipe": result.recipe,
        "intent": _intent(result.intent),
        "entities": [asdict(each) for each in result.entities],
        "neighbours": [asdict(each) for each in result.neighbours],
        "results": [_recommendation(each) for each in result.results],
        "notes": [asdict(each) for each in result.notes],
        "timings_ms": dict(result.timings_ms),
        "currency": result.currency,
        "browser_cypher": result.browser_cypher,
    }


def explanation_as_json(found: "Explanation") -> Json:
    """An explanation in plain dicts, lists, strings and numbers."""
    return {
        **_plain(found),
        "gate": None if found.gate is None else _plain(found.gate),
        "told": None if found.told is None else _recommendation(found.told),
    }


def what_if_as_json(found: "WhatIf") -> Json:
    """Both lists and the moves in plain dicts, lists, strings and numbers."""
    return {
        "before": as_json(found.before),
        "after": as_json(found.after),
        "moves": [_plain(each) for each in found.moves],
    }


def rule_as_json(rule: "Rule", now: int) -> Json:
    """A rule in plain dicts, lists, strings and numbers, and how it stands at a moment."""
    told = {"from" if name == "since" else name: part for name, part in vars(rule).items()}
    return {**told, "targets": [_plain(each) for each in rule.targets], "state": rule.state(now)}


def request_as_json(request: Request) -> Json:
    """A request in plain dicts, lists, strings and numbers."""
    return {
        **_plain(request),
        "filters": _plain(request.filters),
        "weights": dict(request.weights),
        "without": _plain(request.without),
    }


def _plain(value: object) -> Json:
    return {
        name: list(part) if isinstance(part, tuple) else part for name, part in vars(value).items()
    }


def _intent(intent: Intent) -> Json:
    return {
        "text": intent.text,
        "brands": [_named(each) for each in intent.brands],
        "categories": [_named(each) for each in intent.categories],
        "min_price_minor": intent.min_price_minor,
        "max_price_minor": intent.max_price_minor,
        "excluded": [_named(each) for each in intent.excluded],
    }


def _named(named: Named) -> Json:
    return {"label": named.label, "id": named.id, "name": named.name}


def _recommendation(each: Recommendation) -> Json:
    return {
        **vars(each),
        "contributions": dict(each.contributions),
        "paths": [_path(path) for path in each.paths],
        "rules": [_plain(rule) for rule in each.rules],
        "compared": None if each.compared is None else _compared(each.compared),
    }


def _compared(found: Compared) -> Json:
    return {**vars(found), "terms": [dict(vars(each)) for each in found.terms]}


def _path(path: Path) -> Json:
    return {
        "nodes": [{"label": node.label, "id": node.id, "name": node.name} for node in path.nodes],
        "relationships": [
            {"type": each.type, "forward": each.forward, "properties": dict(each.properties)}
            for each in path.relationships
        ],
    }
