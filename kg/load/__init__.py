"""Write a source's rows into the graph: nodes, what belongs to what, events.

Loading is safe to repeat and to interrupt: every part compares with what is there and writes the
difference, so that a run that was killed is completed by the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import polars as pl

from kg.catalog import Batch, Source
from kg.errors import SourceError
from kg.load.events import EventLoad, Hashes, write_users
from kg.load.forgotten import without
from kg.load.known import KnownProducts
from kg.load.names import write_names
from kg.load.pipeline import Pipeline
from kg.load.placement import write_places
from kg.load.products import Catalogue, write_products
from kg.load.writer import Writer
from kg.prune import Present
from kg.stages import Stages

CATALOGUE = ("products", "categories")


@dataclass(frozen=True)
class Loaded:
    """What is known of a source when it is loaded. `present` is kept only for pruning."""

    newest_at: int | None = None
    present: Present | None = None


def load(
    writer: Writer, source: Source, stages: Stages, until: int | None = None, prune: bool = False
) -> Loaded:
    """Write all rows of `source` from before `until` that are not in the graph as they are.

    With `prune` it is kept what the source has, so that the rest can be removed.
    Raises SourceError, GraphError, ConnectionFailed.
    """
    batches = rows_of(source)
    others: list[Batch] = []
    with stages.stage("nodes"):
        catalogue = _catalogue(writer, _leading(batches, others), until)
        write_names(writer, catalogue.names)
    places = catalogue.places
    with stages.stage("relationships"):
        write_places(writer, places)
    products, not_yet = places["product_id"], frozenset(catalogue.not_yet)
    brands, categories = catalogue.names.brands(), catalogue.names.categories()
    del places, catalogue
    known = KnownProducts(writer, products, not_yet, prune)
    with stages.stage("events"), Pipeline() as pipeline:
        seen: list[Hashes] | None = [] if prune else None
        events = EventLoad(writer, known, source.rejects, pipeline, until, seen=seen)
        users = _users_and_events(writer, events, chain(others, batches))
    source.rejects.flush()
    if not prune:
        return Loaded(events.newest_at)
    hashes = np.concatenate([np.empty(0, np.uint64), *(seen or [])])
    return Loaded(events.newest_at, Present(products, users, brands, categories, hashes))


def rows_of(source: Source) -> Iterator[Batch]:
    """The batches of a source whose rejects are counted from the start, and written at the end,
    also where that is an error."""
    source.rejects.clear()
    try:
        yield from source.read()
    finally:
        source.rejects.flush()


def check_strictly(writer: Writer, source: Source, prune: bool) -> None:
    """Read everything and write nothing. Raises RejectsError if a row would be left out."""
    own: list[pl.Series] = [pl.Series(dtype=pl.String)]
    known: KnownProducts | None = None
    for batch in rows_of(source):
        if batch.kind == "products":
            own.append(batch.frame["product_id"])
        elif batch.kind == "events":
            known = known or KnownProducts(writer, pl.concat(own), frozenset(), prune)
            known.reject_unknown(batch, source.rejects)
    source.rejects.flush()
    source.rejects.raise_if_broken()


def _leading(batches: Iterator[Batch], others: list[Batch]) -> Iterator[Batch]:
    """The batches of the catalogue; the first other one goes to `others`."""
    for batch in batches:
        if batch.kind not in CATALOGUE:
            others.append(batch)
            return
        yield batch


def _catalogue(writer: Writer, batches: Iterator[Batch], until: int | None) -> Catalogue:
    """Write products as they come; keep their names and places."""
    catalogue, done = Catalogue(), 0
    for batch in batches:
        if batch.kind == "products":
            write_products(writer, catalogue, batch, until)
        else:
            for path in batch.frame["path"]:
                catalogue.names.category(path)
        done += batch.frame.height
        writer.progress("nodes", done, None)
    return catalogue


def _users_and_events(writer: Writer, events: EventLoad, batches: Iterator[Batch]) -> pl.Series:
    """Write users and events as they come; the ids of the users' own file."""
    users, done = [pl.Series("user_id", dtype=pl.String)], 0
    for batch in batches:
        if batch.kind == "users":
            forgotten = write_users(writer, batch.frame["user_id"])
            kept = without(forgotten, batch.frame, batch.file, events.rejects)
            users.append(kept["user_id"])
        else:
            _require_products(writer, events)
            events.write(batch)
        done += batch.frame.height
        writer.progress("events", done, None)
    return pl.concat(users)


def _require_products(writer: Writer, events: EventLoad) -> None:
    if not writer.before["Product"] and not len(events.products.own):
        raise SourceError(
            f"{writer.source} has events and no products, and the graph has none either;"
            " load a catalogue first"
        )
