"""How old is what was derived from events, and when did a refresh last succeed?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import REFRESH, Finding, ago, broken, ok, warn

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


def derived_parts(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Is there what walks go by, and is it of all events?"""
    counted = graph.read("doctor/events")[0]
    at = meta.get("derived_at")
    if not counted["events"]:
        yield warn("derived", "there are no events: only texts can be recommended by", "add events")
    elif at is None:
        yield broken("derived", "nothing was derived from the events yet", REFRESH)
    else:
        what = f"{counted['derived']:,} relationships, derived {ago(meta['now'] - at)} ago"
        yield ok("derived", what + _cut(meta))


def _cut(meta: Mapping[str, Any]) -> str:
    until = meta.get("until")
    return "" if until is None else f" from events before {until}"


def last_refresh(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:  # noqa: ARG001
    """When did a refresh last succeed, and did one fail since?"""
    done, failed = meta.get("last_refresh_ok"), meta.get("last_refresh_error")
    said = f"last refresh {ago(meta['now'] - done)} ago" if done else "no refresh has run yet"
    if failed:
        yield warn("refresh", f"{said}; since then: {failed}", REFRESH)
    else:
        yield ok("refresh", said)
