"""A snapshot in a folder: what comes back, what breaks, and what stays when writing fails."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import SnapshotError
from kg.snapshot import (
    Snapshot,
    embedded,
    open_snapshot,
    remove_snapshot,
    snapshot_of,
    write_snapshot,
)
from kg.snapshot.folder import check_contents, read_manifest
from kg.snapshot.state import State, difference
from kg.snapshot.types import Blend
from kg.sources import open_source
from tests.test_snapshot import different, letters

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
STATE = State("bolt://shop:7687/neo4j", "B4C0", 3, "00ff", {"Product": 12, "BOUGHT": 13})


@pytest.fixture(scope="module")
def toy() -> Snapshot:
    """The toy shop with vectors, learned ones, a model and a tuned paper."""
    given = embedded(snapshot_of(open_source(TOY_SHOP)), letters, "letters", "r1")
    meta = replace(given.meta, revision=3, gnn_slot="b", model_revision=1)
    learned = np.arange(24, dtype=np.float32).reshape(12, 2)
    paper = Blend(("next", "brand"), np.array([4.0, 0.5]), np.array([0.125, 1.0]))
    return replace(given, meta=meta, gnn=learned, model=b"\x00packed", paper=paper)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def inner(folder: Path) -> Path:
    (found,) = folder.glob("kgrec-*")
    return found


def test_what_is_read_is_what_was_written(toy: Snapshot, tmp_path: Path) -> None:
    write_snapshot(tmp_path / "kept", toy, STATE)
    assert different(toy, open_snapshot(tmp_path / "kept")) == []


def test_what_a_graph_does_not_have_stays_missing(tmp_path: Path) -> None:
    bare = snapshot_of(open_source(TOY_SHOP), until=1600000000)  # no products, no events either
    write_snapshot(tmp_path, bare, STATE)
    read = open_snapshot(tmp_path)
    assert different(bare, read) == []
    assert (read.text, read.gnn, read.model, read.paper) == (None, None, None, None)


def test_every_array_is_mapped_and_may_be_written_to(toy: Snapshot, tmp_path: Path) -> None:
    write_snapshot(tmp_path, toy, STATE)
    read = open_snapshot(tmp_path)
    unmapped = [name for name, array in arrays(read) if not isinstance(array.base, np.memmap)]
    assert unmapped == []
    read.events.at[:] = 0
    assert different(toy, open_snapshot(tmp_path)) == []  # the files are as they were


def arrays(value: Any, above: str = "") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    for field in fields(value):
        part, name = getattr(value, field.name), above + field.name
        if is_dataclass(part):
            yield from arrays(part, f"{name}.")
        elif isinstance(part, np.ndarray):
            yield name, part


def test_the_manifest_says_what_the_snapshot_is_of(toy: Snapshot, tmp_path: Path) -> None:
    write_snapshot(tmp_path, toy, STATE)
    found = json.loads((tmp_path / "manifest.json").read_text())
    assert found["state"]["server"] == "bolt://shop:7687/neo4j"
    told = found["meta"]
    assert (told["schema_version"], told["revision"], told["until"]) == (1, 3, None)
    assert (told["encoder"], told["encoder_revision"], told["dimension"]) == ("letters", "r1", 2)
    assert found["counts"] == {
        "products": 12,
        "users": 6,
        "brands": 4,
        "categories": 10,
        "events": len(toy.events.at),
        "bought_next": 8,
        "bought_with": 2,
    }
    assert found["files"]["gnn.npy"]["bytes"] == 128 + 24 * 4


def test_equal_contents_have_one_hash_and_others_another(toy: Snapshot, tmp_path: Path) -> None:
    one = write_snapshot(tmp_path / "one", toy, STATE)
    same = write_snapshot(tmp_path / "same", toy, replace(STATE, revision=9))
    other = write_snapshot(tmp_path / "other", replace(toy, model=b"\x01packed"), STATE)
    assert one.hash == same.hash != other.hash


def test_a_new_snapshot_takes_the_place_of_the_old(toy: Snapshot, tmp_path: Path) -> None:
    write_snapshot(tmp_path, toy, STATE)
    old, before = open_snapshot(tmp_path), inner(tmp_path)
    write_snapshot(tmp_path, replace(toy, model=None), STATE)
    assert inner(tmp_path) != before
    assert open_snapshot(tmp_path).model is None
    assert different(toy, old) == []  # who had it open still has all of it


def test_a_full_disk_leaves_the_old_snapshot_as_it_was(toy: Snapshot, tmp_path: Path) -> None:
    write_snapshot(tmp_path, toy, STATE)
    with files_of_at_most(300), pytest.raises(SnapshotError) as caught:
        write_snapshot(tmp_path, replace(toy, model=None), STATE)
    assert str(caught.value) == (
        f"the snapshot cannot be written to {tmp_path}: File too large; what it held is untouched"
    )
    assert different(toy, open_snapshot(tmp_path)) == []
    assert len(list(tmp_path.glob("kgrec-*"))) == 1


def test_files_of_others_are_not_written_among(toy: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(SnapshotError, match="holds other files; name a new folder"):
        write_snapshot(tmp_path, toy, STATE)
    (tmp_path / "file").write_text("")
    with pytest.raises(SnapshotError, match=r"cannot be written to .*file: "):
        write_snapshot(tmp_path / "file", toy, STATE)


def test_a_folder_without_a_snapshot_says_so(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "none") is None
    with pytest.raises(SnapshotError, match=r"holds no snapshot; kgrec snapshot .*none writes"):
        open_snapshot(tmp_path / "none")


def test_a_half_written_or_broken_folder_is_one_clear_line(toy: Snapshot, tmp_path: Path) -> None:
    def why() -> str:
        with pytest.raises(SnapshotError) as caught:
            open_snapshot(tmp_path)
        return str(caught.value).removeprefix(f"{tmp_path} is no whole snapshot: ")

    (tmp_path / "kgrec-half").mkdir()
    assert why() == "manifest.json is missing"
    write_snapshot(tmp_path, toy, STATE)
    ages = inner(tmp_path) / "events.at.npy"
    whole = ages.read_bytes()
    ages.write_bytes(whole[:-8])
    assert why() == f"events.at.npy has {len(whole) - 8:,} bytes, not {len(whole):,}"
    ages.unlink()
    assert why() == "events.at.npy is missing"
    ages.write_bytes(bytes(len(whole)))
    assert why().startswith("events.at.npy cannot be read (")
    ages.write_bytes(whole)
    (manifest := tmp_path / "manifest.json").write_text(manifest.read_text()[:50])
    assert why() == "manifest.json cannot be read"
    manifest.write_text('{"format": 2}')
    assert why() == "its format is 2, this kgrec knows 1"
    manifest.write_text('{"format": 1}')
    assert why() == "manifest.json cannot be read"


def test_what_is_removed_is_gone(toy: Snapshot, tmp_path: Path) -> None:
    write_snapshot(tmp_path, toy, STATE)
    assert remove_snapshot(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} <= {".lock"}
    assert not remove_snapshot(tmp_path)
    assert read_manifest(tmp_path) is None


def test_contents_that_changed_are_found_by_their_digest(toy: Snapshot, tmp_path: Path) -> None:
    manifest = write_snapshot(tmp_path, toy, STATE)
    check_contents(tmp_path, manifest)
    prices = inner(tmp_path) / "products.price_minor.npy"
    prices.write_bytes(prices.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(SnapshotError, match=r"products\.price_minor\.npy has changed since it was"):
        check_contents(tmp_path, manifest)


def test_the_difference_to_the_graph_is_told() -> None:
    elsewhere = replace(STATE, server="bolt://other:7687/neo4j")
    assert difference(STATE, elsewhere) is None  # the same database at another address
    assert difference(STATE, replace(STATE, database="D00D")) == (
        "is of another graph, that of bolt://shop:7687/neo4j"
    )
    assert difference(STATE, replace(STATE, revision=5)) == (
        "is of revision 3, the graph is at revision 5"
    )
    more = {"Product": 11, "BOUGHT": 15}
    assert difference(STATE, replace(STATE, counts=more)) == (
        "is older than the graph: -1 Product, +2 BOUGHT"
    )
    assert difference(STATE, replace(STATE, noted="00")) == "is older than the graph"
