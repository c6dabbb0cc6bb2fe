"""A snapshot as a folder: its manifest names the inner folder whose files it is.

A new snapshot is written into an inner folder of its own; to put its manifest in the place of the
old one is what turns readers to it.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filelock import FileLock

from kg.errors import SnapshotError
from kg.private import private_file, private_folder
from kg.snapshot.parts import PartFile, digest_of, read_parts, write_parts
from kg.snapshot.state import State
from kg.snapshot.types import Meta, Snapshot

FORMAT = 1
MANIFEST = "manifest.json"
INNER = "kgrec-"
LOCK = ".lock"


@dataclass(frozen=True)
class Manifest:
    """What a snapshot is of, and the files that it is.

    `counts` are those of what was read, `taken_at` is seconds since 1970, `hash` tells contents
    apart, `inner` is the folder of the files.
    """

    format: int
    state: State
    meta: Meta
    counts: dict[str, int]
    taken_at: int
    hash: str
    inner: str
    files: dict[str, PartFile]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.bytes for file in self.files.values())


def write_snapshot(folder: Path, snapshot: Snapshot, state: State) -> Manifest:
    """Keep a snapshot, read when the graph was in `state`, in the place of the one before.

    Raises SnapshotError where it cannot be written; the one before is untouched then.
    """
    try:
        _check_ours(folder)
        private_folder(folder)
        with FileLock(folder / LOCK, mode=0o600):
            manifest = _written(folder, snapshot, state)
            _remove(folder, all_but=manifest.inner)
    except OSError as error:
        why = error.strerror or str(error)
        raise SnapshotError(
            f"the snapshot cannot be written to {folder}: {why}; what it held is untouched"
        ) from error
    return manifest


def read_manifest(folder: Path) -> Manifest | None:
    """What the folder holds, None where it is new. Raises SnapshotError for anything broken."""
    path = folder / MANIFEST
    if not path.exists() and not _inner(folder):
        return None
    try:
        found = json.loads(path.read_bytes())
        if (known := found.get("format")) != FORMAT:
            raise _broken(folder, f"its format is {known}, this kgrec knows {FORMAT}")
        manifest = _decoded(found)
        _check_sizes(folder, manifest)
    except FileNotFoundError as error:
        raise _broken(folder, f"{MANIFEST} is missing") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _broken(folder, f"{MANIFEST} cannot be read") from error
    return manifest


def open_snapshot(folder: Path | str) -> Snapshot:
    """The snapshot that `folder` holds, its arrays mapped into memory. Raises SnapshotError."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    if manifest is None:
        raise SnapshotError(f"{folder} holds no snapshot; kgrec snapshot {folder} writes one")
    try:
        return read_parts(folder / manifest.inner, manifest.files, manifest.meta)
    except (OSError, ValueError) as error:
        raise _broken(folder, str(error)) from error


def remove_snapshot(folder: Path) -> bool:
    """Remove what the folder keeps, as when it may not be known any more; was there anything?"""
    inner = _inner(folder)
    if inner:
        with FileLock(folder / LOCK, mode=0o600):
            (folder / MANIFEST).unlink(missing_ok=True)
            for path in inner:
                shutil.rmtree(path, ignore_errors=True)
    return bool(inner)


def check_contents(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its digest. Raises SnapshotError for one that has changed."""
    for name, file in manifest.files.items():
        if digest_of(folder / manifest.inner / name) != file.digest:
            raise _broken(folder, f"{name} has changed since it was written")


def _written(folder: Path, snapshot: Snapshot, state: State) -> Manifest:
    inner = Path(tempfile.mkdtemp(prefix=INNER, dir=folder))
    try:
        files = write_parts(snapshot, inner)
        manifest = Manifest(
            format=FORMAT,
            state=state,
            meta=snapshot.meta,
            counts=_counts(snapshot),
            taken_at=int(time.time()),
            hash=_hash(files),
            inner=inner.name,
            files=files,
        )
        draft = inner / MANIFEST
        with private_file(draft).open("w", encoding="utf-8") as file:
            json.dump(asdict(manifest), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / MANIFEST)
    except BaseException:
        shutil.rmtree(inner, ignore_errors=True)
        raise
    return manifest


def _check_ours(folder: Path) -> None:
    """Refuse to write among the files of others."""
    others = [path for path in folder.iterdir() if path.name != LOCK] if folder.is_dir() else []
    if others and not _inner(folder):
        raise SnapshotError(f"{folder} holds other files; name a new folder for the snapshot")


def _inner(folder: Path) -> list[Path]:
    return [path for path in folder.glob(f"{INNER}*") if path.is_dir()]


def _remove(folder: Path, all_but: str) -> None:
    """Earlier contents; what a reader still has open stays with it until it is closed."""
    for path in _inner(folder):
        if path.name != all_but:
            shutil.rmtree(path, ignore_errors=True)


def _check_sizes(folder: Path, manifest: Manifest) -> None:
    for name, file in manifest.files.items():
        path = folder / manifest.inner / name
        if not path.is_file():
            raise _broken(folder, f"{name} is missing")
        if (size := path.stat().st_size) != file.bytes:
            raise _broken(folder, f"{name} has {size:,} bytes, not {file.bytes:,}")


def _broken(folder: Path, why: str) -> SnapshotError:
    return SnapshotError(f"{folder} is no whole snapshot: {why}")


def _decoded(found: Mapping[str, Any]) -> Manifest:
    state = State(**found["state"])
    for counts in (found["counts"], state.counts):
        if not all(isinstance(each, int) for each in dict(counts).values()):
            raise TypeError("expected counts")
    return Manifest(
        **{
            **found,
            "state": state,
            "meta": Meta(**found["meta"]),
            "files": {name: PartFile(**file) for name, file in found["files"].items()},
        }
    )


def _counts(snapshot: Snapshot) -> dict[str, int]:
    return {
        "products": len(snapshot.products.ids),
        "users": len(snapshot.users),
        "brands": len(snapshot.brands.ids),
        "categories": len(snapshot.categories.ids),
        "events": len(snapshot.events.at),
        "bought_next": len(snapshot.derived.bought_next.to),
        "bought_with": len(snapshot.derived.bought_with.to),
    }


def _hash(files: Mapping[str, PartFile]) -> str:
    lines = [f"{name} {files[name].digest}\n" for name in sorted(files)]
    return blake2b("".join(lines).encode(), digest_size=16).hexdigest()
