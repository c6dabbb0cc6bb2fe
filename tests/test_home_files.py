"""Files of a home that are damaged: what uses them says so in a line, or goes on without them."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kg.errors import HomeError, ServerError, SnapshotError
from kg.impressions.store import ImpressionStore
from kg.keys import create_key, list_keys, revoke_key
from kg.live.queue import EventQueue
from kg.local_server import status
from kg.local_server.layout import Layout, password, tuning
from kg.snapshot import open_snapshot, snapshot_of
from kg.snapshot.folder import write_snapshot
from kg.snapshot.state import State
from kg.sources import open_source
from tests.conftest import TOY_SHOP

SQLITE = b"SQLite format 3\0" + b"\xff" * 5000
KEY = {"id": "1", "name": "shop", "scope": "read", "created_at": 1, "hash": "ab"}


def keys(file: Path) -> object:
    return [key.may("read") for key in list_keys(file.parent)]


def new_key(file: Path) -> object:
    return create_key(file.parent, "read", "shop")


def old_key(file: Path) -> object:
    return revoke_key(file.parent, "1")


def settings(file: Path) -> object:
    return tuning(Layout(file.parent))


def secret(file: Path) -> object:
    return password(Layout(file.parent))


CASES: list[tuple[Callable[[Path], object], str, bytes]] = [
    *(
        (use, "keys.json", content)
        for use in (keys, new_key, old_key)
        for content in (
            b"",
            b"\xff",
            b"{",
            b"5",
            b"[5]",
            b"[{}]",
            json.dumps([{**KEY, "scope": "all"}]).encode(),
            json.dumps([{**KEY, "hash": 5}]).encode(),
            json.dumps([{**KEY, "created_at": None}]).encode(),
        )
    ),
    *((use, "file.sqlite", content) for use in (EventQueue, ImpressionStore)
      for content in (SQLITE, b"no database" * 100)),
    *((settings, "server.toml", content) for content in (b"\xff", b"[[[", b"heap = 3", b"heap")),
    (secret, "password", b"\xff"),
]  # fmt: skip


@pytest.mark.parametrize(("use", "name", "content"), CASES)
def test_a_damaged_file_is_named_in_a_line(
    tmp_path: Path, use: Callable[[Path], object], name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises((HomeError, ServerError)) as raised:
        use(file)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert file.read_bytes()[: len(content)] == content


@pytest.mark.parametrize("use", [new_key, EventQueue, ImpressionStore])
def test_a_home_that_cannot_be_written_is_named_in_a_line(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match=f"^{tmp_path}/file/home/keys.json cannot be used"):
        use(tmp_path / "file" / "home" / "keys.json")


@pytest.mark.parametrize(
    "state",
    ['{"bolt": 70000, "http": 1, "pid": 1}', '{"bolt": 1, "http": -1, "pid": 1}', "[]", "5", "",
     f'{{"bolt": 1, "http": 2, "pid": {2**80}}}', '{"bolt": 1, "http": 2, "pid": -1}',
     '{"bolt": 1e999, "http": 2, "pid": 1}'],
)  # fmt: skip
def test_a_damaged_state_is_as_good_as_none(tmp_path: Path, state: str) -> None:
    (tmp_path / "server.json").write_text(state)
    assert status(tmp_path).uri is None


@pytest.fixture(scope="module")
def snapshot_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot") / "shop"
    write_snapshot(folder, snapshot_of(open_source(TOY_SHOP)), State("bolt://a", "b", 1, "c", {}))
    return folder


@pytest.mark.parametrize(
    "change",
    [
        {"format": None},
        {"files": {"users.parquet": {"bytes": "many", "digest": ""}}},
        {"files": {"users.parquet": {"bytes": None, "digest": ""}}},
        {"files": 5},
        {"inner": 5},
        {"inner": "\ud800"},
        {"state": []},
        {"state": {"server": "", "database": "", "revision": 1, "noted": "", "counts": [1]}},
        {"counts": {"products": "many"}},
        {"meta": {"colour": "red"}},
        {"colour": "red"},
    ],
)
def test_a_damaged_manifest_is_a_broken_snapshot(
    tmp_path: Path, snapshot_folder: Path, change: dict[str, object]
) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(snapshot_folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **change}))
    with pytest.raises(SnapshotError, match="is no whole snapshot"):
        open_snapshot(folder)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_part_is_a_broken_snapshot_or_another_one(
    tmp_path: Path, snapshot_folder: Path, seed: int
) -> None:
    """A byte is changed at the start of a file, where numpy and polars read what it holds."""
    folder = tmp_path / "shop"
    shutil.copytree(snapshot_folder, folder)
    inner = next(folder.glob("kgrec-*"))
    files = sorted(file for file in inner.iterdir() if file.stat().st_size > 60)
    file = files[seed % len(files)]
    content = bytearray(file.read_bytes())
    content[(seed * 37) % 60] ^= 1 << seed % 8
    file.write_bytes(content)
    with suppress(SnapshotError):
        open_snapshot(folder)
