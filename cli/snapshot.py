"""`kgrec snapshot`: the graph as a folder of arrays."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import AsJson, Quiet
from cli.render import print_json, progress_shown, say

if TYPE_CHECKING:
    from kg.snapshot.folder import Manifest


def snapshot(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="Where it goes.  [default: snapshot in the folder KGREC_HOME]"
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only say whether DIR is the graph as it is: exit status 1."),
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Export the graph into a folder: arrays as npy files, texts as Parquet, and a manifest.

    A graph that has not changed is not exported again. The new snapshot takes the old one's place
    at once, when all of it is written. `kgrec train`, `kgrec evaluate` and `--engine memory` read
    the one in KGREC_HOME, and bring it up to date themselves.

        kgrec snapshot

        kgrec snapshot shop-in-may

        kgrec snapshot --check
    """
    from kg.connection import snapshot_folder
    from kg.graph.open import open_graph
    from kg.snapshot import check as checked
    from kg.snapshot import keep

    place = folder or snapshot_folder()
    with progress_shown(as_json or quiet) as progress, open_graph(say, progress) as graph:
        if check:
            manifest, took = checked(graph, place), "current"
        else:
            kept = keep(graph, place, progress)
            manifest = kept.manifest
            took = f"{kept.seconds:.1f} s" if kept.exported else "current, nothing exported"
            if kept.why is not None:
                say(f"{kept.why}: it was made anew")
    if as_json:
        print_json(_told(place, manifest, exported=took.endswith(" s")))
    else:
        typer.echo(_line(place, manifest, took))


def _line(folder: Path, manifest: "Manifest", took: str) -> str:
    counts, size = manifest.counts, manifest.bytes / 1e6
    held = ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in ("products", "users", "events"))
    return f"{held} of revision {manifest.meta.revision} in {folder} ({size:,.1f} MB, {took})"


def _told(folder: Path, manifest: "Manifest", *, exported: bool) -> dict[str, Any]:
    return {"folder": str(folder), "exported": exported, **asdict(manifest)}
