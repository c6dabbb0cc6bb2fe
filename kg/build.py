"""Build the graph of a shop from a source: check, schema, load, derive, embed, index."""

import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from kg.build_plan import BuildOptions, Plan, plan_build
from kg.catalog import Source, broken
from kg.derive.in_graph import derive
from kg.embed.encoder import Encoder, encoder_named
from kg.embed.refresh import EmbedSummary, embed_stale
from kg.load import Loaded, check_strictly, load
from kg.load.schema import await_indexes, is_complete, make_full_text, make_schema
from kg.load.writer import Writer, counts
from kg.meta import Lock, built_meta, note, raise_revision, writing
from kg.progress import Progress, silent
from kg.prune import prune
from kg.source_records import with_record
from kg.stages import Stage, Stages, Tally

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

__all__ = ["BuildOptions", "BuildSummary", "build_graph"]


@dataclass(frozen=True)
class BuildSummary:
    """What a build did. `unchanged`: nothing was written, the graph was as it should be.

    `changes` counts by kind what was created, changed, removed, unchanged, left out for `until`;
    `totals` is what the graph holds now; `rejects` counts rows left out by code; `forgotten`
    unreadable values of rows that were kept, `repeated` rows, by file, that say again what an
    earlier one said, where the source was read; `ignored` names files and columns used for nothing,
    `remarks` say what was taken so and may be meant otherwise.
    """

    source: str
    unchanged: bool
    changes: dict[str, dict[str, int]]
    totals: dict[str, int]
    rejects: dict[str, int]
    rejects_path: str | None
    forgotten: dict[str, int]
    repeated: dict[str, int]
    ignored: tuple[str, ...]
    remarks: tuple[str, ...]
    until: int | None
    clock: str | None
    language: str
    revision: int
    seconds: float
    stages: tuple[Stage, ...]
    embeddings: EmbedSummary | None


def build_graph(
    graph: "Neo4jGraph",
    source: Source,
    options: BuildOptions = BuildOptions(),  # noqa: B008
    progress: Progress = silent,
) -> BuildSummary:
    """Make the graph hold what `source` holds, with everything that is derived from it.

    The same source twice changes nothing; an interrupted build is completed by the next. Raises
    GraphError (another writer, a foreign graph, another clock or currency), OptionError,
    SourceError, RejectsError, EncoderError, ConnectionFailed.
    """
    started, stages, tally = time.monotonic(), Stages(), Tally()
    embedded: EmbedSummary | None = None
    with stages.stage("check"):
        plan = plan_build(graph, source, options)
        encoder = encoder_named(plan.encoder) if options.embed else None
        digest = source.digest()
        again = options.force or options.prune or _minded(source, plan)
        same = _is_loaded(graph, source, plan, digest) and not again
    fresh = encoder is None or encoder.revision == plan.meta.encoder_revision
    settled = plan.out_of_stock == plan.meta.out_of_stock
    if not (same and fresh and settled):
        with writing(graph, "build-graph") as lock:
            if not same:
                _load(graph, source, plan, options, lock, stages, tally, progress)
            if not settled:
                note(graph, out_of_stock=plan.out_of_stock)
                raise_revision(graph)
            embedded = _index(graph, plan, encoder, stages, progress)
            _finish(graph, source, plan, digest)
    return _summary(graph, source, plan, stages, tally, embedded, started)


def _is_loaded(graph: "Neo4jGraph", source: Source, plan: Plan, digest: str) -> bool:
    """Was just this loaded last, to the end, and is the graph as large as it was then?"""
    record, meta = plan.records.get(source.name), plan.meta
    return (
        record is not None
        and not meta.unfinished
        and meta.last_source == source.name
        and (record.digest, record.until, meta.language) == (digest, plan.until, plan.language)
        and record.counts == counts(graph)
        and is_complete(graph, plan.language)
    )


def _minded(source: Source, plan: Plan) -> bool:
    """Is it to be strict, and had rows that were left out: is it to be read again to say which?"""
    record = plan.records.get(source.name)
    return source.options.strict and record is not None and broken(record.rejects) > 0


def _load(
    graph: "Neo4jGraph",
    source: Source,
    plan: Plan,
    options: BuildOptions,
    lock: Lock,
    stages: Stages,
    tally: Tally,
    progress: Progress,
) -> None:
    """Load, prune and derive."""
    with stages.stage("schema"):
        make_schema(graph)
    writer = Writer(graph, source.name, lock, counts(graph), plan.language, progress, tally)
    if source.options.strict:
        with stages.stage("check"):
            check_strictly(writer, source, options.prune)
    _begin(graph, source, plan)
    loaded = load(writer, source, stages, plan.until, options.prune)
    if loaded.present is not None:
        with stages.stage("prune"):
            prune(writer, loaded.present)
    note(graph, newest_at=_newest(plan, source, loaded, options.prune))
    done = plan.meta.derived_at is not None and plan.meta.derived_until == plan.until
    if tally.written or plan.meta.unfinished or not done:
        raise_revision(graph)
        with stages.stage("derived"):
            tally.counts |= derive(graph, plan.until, progress).counts


def _begin(graph: "Neo4jGraph", source: Source, plan: Plan) -> None:
    """Note what is to be, and that it is not yet: a build that is killed is known by it."""
    note(
        graph,
        unfinished=True,
        kgrec_version=version("kgrec"),
        clock=source.clock if "events" in source.kinds else plan.meta.clock,
        currency=source.currency or plan.meta.currency,
        language=plan.language,
        until=plan.until,
    )


def _newest(plan: Plan, source: Source, loaded: Loaded, pruned: bool) -> int | None:
    """The moment of the newest event that the graph may hold."""
    known = [loaded.newest_at]
    if not pruned or plan.records.keys() - {source.name}:
        known.append(plan.meta.newest_at)
    return max((each for each in known if each is not None), default=None)


def _index(
    graph: "Neo4jGraph",
    plan: Plan,
    encoder: Encoder | None,
    stages: Stages,
    progress: Progress,
) -> EmbedSummary | None:
    """Make full-text indexes, embed while they fill, and wait for all."""
    embedded = None
    with stages.stage("indexes"):
        make_full_text(graph, plan.language)
    if encoder is not None:
        with stages.stage("embeddings"):
            embedded = embed_stale(graph, encoder, progress)
    with stages.stage("indexes"):
        await_indexes(graph)
    return embedded


def _finish(graph: "Neo4jGraph", source: Source, plan: Plan, digest: str) -> None:
    sources = with_record(plan.records, source, digest, plan.until, counts(graph))
    note(graph, unfinished=None, last_source=source.name, sources=sources)


def _settled(plan: Plan) -> list[str]:
    """What is from now on otherwise."""
    if plan.out_of_stock == plan.meta.out_of_stock:
        return []
    return [f"in lists, products out of stock are from now on: {plan.out_of_stock}"]


def _summary(
    graph: "Neo4jGraph",
    source: Source,
    plan: Plan,
    stages: Stages,
    tally: Tally,
    embedded: EmbedSummary | None,
    started: float,
) -> BuildSummary:
    meta = built_meta(graph)
    rejects = source.rejects
    record = plan.records.get(source.name)
    read = bool(tally.counts) or record is None
    return BuildSummary(
        source=source.name,
        unchanged=not tally.written and not (embedded and embedded.embedded),
        changes=tally.counts,
        totals=counts(graph),
        rejects=dict(rejects.counts) if read or record is None else record.rejects,
        rejects_path=str(rejects.path) if rejects.total and rejects.path else None,
        forgotten=dict(rejects.forgotten) if read or record is None else record.forgotten,
        repeated=dict(rejects.repeated),
        ignored=source.ignored,
        remarks=(*source.remarks, *_settled(plan)),
        until=meta.until,
        clock=meta.clock,
        language=plan.language,
        revision=meta.revision,
        seconds=time.monotonic() - started,
        stages=tuple(stages.done),
        embeddings=embedded,
    )
