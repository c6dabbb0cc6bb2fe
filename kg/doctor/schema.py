"""Is everything there that queries rely on: schema version, constraints, indexes?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.doctor.findings import BUILD, EMBED, Finding, broken, ok, warn
from kg.embed.slots import INDEXES as TEXT_INDEXES
from kg.graph import Row
from kg.schema import EVENTS, NODES, SCHEMA_VERSION, SLOTS

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

FULL_TEXT = ("product_text", "entity_text", "product_exact")
RANGES = (
    ("Brand", "name_key"),
    ("Category", "name_key"),
    ("Product", "popularity"),
    ("Product", "price_minor"),
)


def schema_version(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:  # noqa: ARG001
    """Was the graph built to the end, and by this version of the schema?"""
    if meta.get("unfinished"):
        yield broken("schema", "the last build did not come to its end", BUILD)
    built = meta.get("schema_version")
    if built == SCHEMA_VERSION:
        yield ok("schema", f"schema version {built}")
    elif isinstance(built, int) and built > SCHEMA_VERSION:
        yield broken(
            "schema",
            f"the graph has schema version {built}, this kgrec knows {SCHEMA_VERSION}",
            "pip install --upgrade kgrec",
        )
    else:
        what = f"the graph has schema version {built}, this kgrec needs {SCHEMA_VERSION}"
        yield broken("schema", what, BUILD)


def constraints(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:  # noqa: ARG001
    """Does a constraint hold every key, so that nothing is there twice?"""
    expected = {(node.label, node.key) for node in NODES.values()}
    expected |= {(event, "event_id") for event in EVENTS}
    found = {(row["of"], row["property"]) for row in graph.read("doctor/constraints")}
    if missing := sorted(f"{on}.{key}" for on, key in expected - found):
        yield broken("constraints", f"not held unique: {', '.join(missing)}", BUILD)
    else:
        yield ok("constraints", f"{len(expected)} keys are held unique")


def indexes(graph: "Neo4jGraph", meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Are all indexes there, ready, and for vectors as long as the model's?"""
    rows = graph.read("doctor/indexes")
    found = {row["name"]: row for row in rows}
    ranges = {(row["labels"][0], row["properties"][0]) for row in rows if row["type"] == "RANGE"}
    vectors = [f"{kind}_{slot}" for kind in TEXT_INDEXES for slot in SLOTS]
    problems = [
        *(_missing(name, BUILD) for name in FULL_TEXT if name not in found),
        *(_missing(f"{of}.{key}", BUILD) for of, key in RANGES if (of, key) not in ranges),
        *(_missing(name, EMBED) for name in vectors if name not in found),
        *(problem for row in rows if (problem := _not_ready(row))),
        *_wrong_dimensions(found, meta),
    ]
    yield from problems or [ok("indexes", f"{len(rows)} indexes are online")]


def _missing(name: str, repair: str) -> Finding:
    return broken("indexes", f"index {name} is missing", repair)


def _not_ready(row: Row) -> Finding | None:
    name, state = row["name"], row["state"]
    if state == "POPULATING":
        return warn("indexes", f"index {name} is {row['percent']:.0f}% built", "wait a little")
    if state != "ONLINE":
        repair = EMBED if row["type"] == "VECTOR" else f"DROP INDEX {name}; then {BUILD}"
        return broken("indexes", f"index {name} is {state}", repair)
    return None


def _wrong_dimensions(found: Mapping[str, Row], meta: Mapping[str, Any]) -> Iterator[Finding]:
    """Only the served slot's indexes matter: the other's are made again before they are filled."""
    for name in (f"{kind}_{meta.get('text_slot')}" for kind in TEXT_INDEXES):
        dimension = found[name]["dimension"] if name in found else meta.get("dimension")
        if dimension != meta.get("dimension"):
            what = f"index {name} is for {dimension} dimensions, the vectors have"
            yield broken("indexes", f"{what} {meta.get('dimension')}", EMBED)
