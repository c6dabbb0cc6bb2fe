"""Keep the graph as a folder of arrays, read out of the server only when it has changed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SnapshotError
from kg.progress import Progress, silent
from kg.snapshot.export import export
from kg.snapshot.folder import (
    Manifest,
    check_contents,
    open_snapshot,
    read_manifest,
    remove_snapshot,
    write_snapshot,
)
from kg.snapshot.state import State, difference, state_of
from kg.snapshot.types import Snapshot

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph


@dataclass(frozen=True)
class Kept:
    """A folder after `keep`: was the graph exported, and what was wrong with an earlier one?"""

    folder: Path
    manifest: Manifest
    exported: bool
    why: str | None
    seconds: float


def keep(graph: "Neo4jGraph", folder: Path, progress: Progress = silent) -> Kept:
    """Make `folder` hold the graph as it is; what is current is only held to its digests.

    Raises SnapshotError where it cannot be written, GraphError, ConnectionFailed.
    """
    started = time.monotonic()
    state = state_of(graph)
    manifest, why = _current(folder, state)
    if manifest is not None:
        try:
            check_contents(folder, manifest)
        except SnapshotError as error:
            manifest, why = None, str(error)
    exported = manifest is None
    if manifest is None:
        forgotten = _forgotten(graph)
        manifest = write_snapshot(folder, export(graph, progress), state)
        if _forgotten(graph) != forgotten:  # what was read may have a user whom it is not to have
            remove_snapshot(folder)
            return keep(graph, folder, progress)
    return Kept(folder, manifest, exported, why, time.monotonic() - started)


def kept(
    graph: "Neo4jGraph",
    folder: Path,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda _: None,
) -> Snapshot:
    """The graph as it is: from `folder` where that is current, else exported and kept there.

    `say` is told of a snapshot that is old or broken, and of one that cannot be written, which
    changes nothing in the answer. Raises GraphError, ConnectionFailed.
    """
    state = state_of(graph)
    manifest, why = _current(folder, state)
    if manifest is not None:
        try:
            return open_snapshot(folder)
        except SnapshotError as error:
            why = str(error)
    if why is not None:
        say(f"{why}: it is made anew")
    forgotten = _forgotten(graph)
    snapshot = export(graph, progress)
    try:
        write_snapshot(folder, snapshot, state)
    except SnapshotError as error:
        say(str(error))
    if _forgotten(graph) != forgotten:
        remove_snapshot(folder)
        return kept(graph, folder, progress, say)
    return snapshot


def _forgotten(graph: "Neo4jGraph") -> int:
    """How many users are to stay forgotten."""
    return int(graph.read("load/forgotten_count")[0]["forgotten"])


def check(graph: "Neo4jGraph", folder: Path) -> Manifest:
    """What `folder` holds, which is the graph as it is. Raises SnapshotError where it is not."""
    manifest, why = _current(folder, state_of(graph))
    if manifest is None:
        why = why or f"{folder} holds no snapshot"
        raise SnapshotError(f"{why}; kgrec snapshot {folder} brings it up to date")
    check_contents(folder, manifest)
    return manifest


def _current(folder: Path, state: State) -> tuple[Manifest | None, str | None]:
    """What the folder holds if it is of the graph in this state, else what is wrong with it;
    neither where there is nothing yet.
    """
    try:
        manifest = read_manifest(folder)
    except SnapshotError as error:
        return None, str(error)
    told = None if manifest is None else difference(manifest.state, state)
    return (manifest, None) if told is None else (None, f"the snapshot in {folder} {told}")
