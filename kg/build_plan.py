"""Check that a source fits a graph, before anything is written, and settle how it is built."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kg.catalog import Source
from kg.embed.model_files import DEFAULT_ENCODER
from kg.errors import GraphError, OptionError
from kg.language import language
from kg.meta import Meta, check_version, read_meta
from kg.moments import readable_moment
from kg.source_records import SourceRecord, read_records
from kg.stock import OUT_OF_STOCK

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


@dataclass(frozen=True)
class BuildOptions:
    """How to build. None takes what the graph was built with, else the default.

    `until` is a date, seconds since 1970, or a position where events have no times. `prune` removes
    what the source no longer has, `adopt` builds in a database that others filled, `force` reads a
    source that has not changed, `embed` false leaves vectors alone. `out_of_stock` is what lists do
    with products that are: one of kg.stock's.
    """

    until: str | None = None
    language: str | None = None
    encoder: str | None = None
    prune: bool = False
    adopt: bool = False
    force: bool = False
    embed: bool = True
    out_of_stock: str | None = None


@dataclass(frozen=True)
class Plan:
    """What was settled: how to build, and what the graph says of itself and of its sources."""

    meta: Meta
    records: dict[str, SourceRecord]
    until: int | None
    language: str
    encoder: str
    out_of_stock: str | None


def plan_build(graph: "Neo4jGraph", source: Source, options: BuildOptions) -> Plan:
    """Settle a build. Raises GraphError or OptionError for what cannot be."""
    found, nodes = read_meta(graph)
    if found is None and nodes and not options.adopt:
        raise GraphError(
            f"the database holds {nodes} nodes that are not kgrec's; give --adopt to add to them,"
            " or another database (KGREC_HOME, NEO4J_DATABASE)"
        )
    meta = found or Meta()
    check_version(meta)
    records = read_records(meta)
    _check_clock(meta, source)
    _check_currency(meta, source)
    until = _until(options.until, meta, source)
    _check_until(meta, until, others=bool(records.keys() - {source.name}), prune=options.prune)
    return Plan(
        meta=meta,
        records=records,
        until=until,
        language=_language(options.language or meta.language or "english"),
        encoder=options.encoder or meta.encoder or DEFAULT_ENCODER,
        out_of_stock=_out_of_stock(options.out_of_stock, meta),
    )


def _language(name: str) -> str:
    try:
        language(name)
    except ValueError as error:
        raise OptionError(f"--language: {error}") from error
    return name


def _out_of_stock(asked: str | None, meta: Meta) -> str | None:
    if asked is not None and asked not in OUT_OF_STOCK:
        raise OptionError(f"--out-of-stock takes {', '.join(OUT_OF_STOCK)}, not {asked!r}")
    return asked or meta.out_of_stock


def _check_clock(meta: Meta, source: Source) -> None:
    if "events" in source.kinds and meta.clock not in (None, source.clock):
        names = {"time": "times", "order": "positions without times"}
        raise GraphError(
            f"the graph's events have {names[meta.clock or 'time']}, those of {source.name}"
            f" {names[source.clock]}; build it in a graph of its own (KGREC_HOME)"
        )


def _check_currency(meta: Meta, source: Source) -> None:
    if source.currency and meta.currency not in (None, source.currency):
        raise GraphError(
            f"the graph's prices are in {meta.currency}, those of {source.name} in"
            f" {source.currency}; convert them, or build a graph of its own (KGREC_HOME)"
        )


def _until(text: str | None, meta: Meta, source: Source) -> int | None:
    """--until on the clock that the graph has, or will have."""
    if text is None:
        return None
    if text.strip().lstrip("-").isdigit():
        return int(text)
    clock = source.clock if "events" in source.kinds else meta.clock or source.clock
    if clock == "order":
        raise OptionError(
            f"--until {text}: the events of {source.name} have no times, only positions;"
            " give a position like 5"
        )
    try:
        date = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise OptionError(
            f"--until takes a date like 2026-05-31 or seconds since 1970, not {text!r}"
        ) from error
    return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())


def _check_until(meta: Meta, until: int | None, others: bool, prune: bool) -> None:
    """Refuse what would leave a graph that is cut at more than one moment."""
    if others and meta.until != until:
        raise GraphError(
            f"other sources are in the graph {_until_words(meta)}; build this one likewise,"
            " or in a graph of its own (KGREC_HOME)"
        )
    if until is None or prune:
        return
    cut_later = meta.until is None or meta.until > until
    if (meta.newest_at or until - 1) >= until or (meta.unfinished and cut_later):
        moment = readable_moment(until, meta.clock)
        raise GraphError(
            f"the graph holds events from after --until {moment}; give --prune to remove them,"
            " or build in a graph of its own (KGREC_HOME)"
        )


def _until_words(meta: Meta) -> str:
    if meta.until is None:
        return "with all their events"
    moment = readable_moment(meta.until, meta.clock)
    return f"until {moment} (--until {moment})"
