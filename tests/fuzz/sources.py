"""Files of shops, changed bytewise and by their rows: what is read and what is left out adds up."""

import atexit
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from kg.catalog import CUT, SCHEMAS, Batch, Rejects, Source, SourceOptions
from kg.schema import EVENTS
from kg.snapshot import snapshot_of
from kg.sources import open_source
from kg.sources.products import LONGEST_KEY
from kg.sources.sample_shop import sample_shop
from kg.sources.table import format_of
from tests.conftest import TOY_SHOP
from tests.fuzz.cases import judged, packed, unpacked
from tests.fuzz.odd import changed_bytes
from tests.fuzz.sheets import FORMATS, changed, read_csv, read_jsonl

NOW = 1_760_000_000  # 2025-10-09
MOST_ROWS = 40
SEEDS = Path(__file__).parent / "seeds"
Files = dict[str, bytes]


@cache
def seeds() -> tuple[Files, ...]:
    """Small shops, each as its files."""
    with TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        sample_shop(sample, products=20, users=10, seed=7)
        shops = [TOY_SHOP, sample, *sorted(SEEDS.iterdir())]
        return tuple(
            {path.name: _first_rows(path) for path in sorted(shop.iterdir()) if path.is_file()}
            for shop in shops
        )


def _first_rows(path: Path) -> bytes:
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    short = b"".join(text.splitlines(keepends=True)[: MOST_ROWS + 1])
    return gzip.compress(short, mtime=0) if path.suffix == ".gz" else short


@cache
def scratch() -> Path:
    """A folder for one shop after another, removed at the end of the process."""
    folder = mkdtemp(prefix="kgrec-fuzz-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return Path(folder)


def make(rng: Random) -> dict[str, Any]:
    """A shop with one or two of its files changed, and how it is to be read."""
    files = dict(rng.choice(seeds()))
    for name in rng.sample(sorted(files), min(len(files), rng.choice((1, 1, 2)))):
        content = files.pop(name)
        new_name, content = _changed_file(rng, name, content)
        files[new_name] = content
    alone = rng.random() < 0.1
    return {
        "files": {name: packed(content) for name, content in files.items()},
        "alone": rng.choice(sorted(files)) if alone else None,
        "options": _options(rng),
        "derive": rng.random() < 0.2,
    }


def _changed_file(rng: Random, name: str, content: bytes) -> tuple[str, bytes]:
    """A file changed by its rows, by its bytes, or by both; in any format, packed or not."""
    zipped = name.endswith(".gz")
    plain = gzip.decompress(content) if zipped else content
    stem, _, ending = name.removesuffix(".gz").rpartition(".")
    if rng.random() < 0.7:
        sheet = read_jsonl(plain) if ending.startswith("json") else read_csv(plain)
        if not stem.startswith("meta_"):
            ending = rng.choice(sorted(FORMATS))
        plain = FORMATS[ending](rng, changed(rng, sheet))
    if rng.random() < 0.4:
        plain = changed_bytes(rng, plain)
    if ending != "parquet" and rng.random() < 0.1:
        packed_file = gzip.compress(plain, mtime=0)
        if rng.random() < 0.3:
            packed_file = changed_bytes(rng, packed_file)
        return f"{stem}.{ending}.gz", packed_file
    return f"{stem}.{ending}", plain


def _options(rng: Random) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if rng.random() < 0.1:
        options["batch_rows"] = rng.choice((1, 2, 7))
    if rng.random() < 0.1:
        options["currency"] = rng.choice(("USD", "EUR", "JPY", "KWD"))
    if rng.random() < 0.1:
        options["day_first"] = rng.random() < 0.5
    if rng.random() < 0.1:
        options["mapping"] = {
            rng.choice(("at", "user_id", "title", "price", "value", "position")): rng.choice(
                ("line", "title", "Datum", "at", "x")
            )
        }
    if rng.random() < 0.05:
        options["format"] = rng.choice(("tables", "orders", "amazon"))
    return options


def opened(given: dict[str, Any], folder: Path) -> Source:
    """The shop, written to a folder and opened. Raises SourceError."""
    shop = folder / "shop"
    shop.mkdir(exist_ok=True)
    for left in shop.iterdir():
        left.unlink()
    for name, content in given["files"].items():
        (shop / name).write_bytes(unpacked(content))
    path = shop / given["alone"] if given["alone"] else shop
    return open_source(path, SourceOptions(now=NOW, **given["options"]))


def judge(given: dict[str, Any]) -> list[str]:
    """What is wrong with how a shop is read."""
    wrong: list[str] = []
    with judged(wrong):
        source = opened(given, scratch())
        batches = list(source.batches())
        wrong += [*wrong_rows(batches, source), *uncounted(batches, source)]
        if given["derive"]:
            snapshot_of(source)
    return wrong


def wrong_rows(batches: Iterable[Batch], source: Source) -> Iterable[str]:
    """Rows that are not as a source promises them."""
    for batch in batches:
        frame = batch.frame
        if frame.schema != SCHEMAS[batch.kind] or not frame.height:
            yield f"{batch.kind} of {batch.file} as {frame.schema}, {frame.height} rows"
        for name in {"product_id", "user_id", "order_id", "event_id"} & set(frame.columns):
            required = name in ("product_id", "user_id", "event_id")
            for each in frame[name]:
                if required if each is None else not _is_key(each):
                    yield f"{name} {each!r} in {batch.file}"
        if batch.kind == "products":
            yield from (f"price {p}" for p in frame["price_minor"] if p is not None and p < 0)
        if batch.kind == "events":
            yield from (f"type {t}" for t in frame["type"] if t not in EVENTS)
            yield from (
                f"at {t}"
                for t in frame["at"]
                if t is None or (source.clock == "time" and not 0 <= t <= NOW + 86_400)
            )
            yield from (
                f"value {v}" for v in frame["value"] if v is not None and not abs(v) < float("inf")
            )


def _is_key(text: str) -> bool:
    return (
        bool(text)
        and text == text.strip()
        and "\0" not in text
        and len(text.encode()) <= LONGEST_KEY
    )


def uncounted(batches: Iterable[Batch], source: Source) -> Iterable[str]:
    """Files whose rows are not each loaded, rejected, or repeated, once."""
    loaded: defaultdict[str, set[int]] = defaultdict(set)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for batch in batches:
        loaded[batch.file] |= set(batch.frame["line"].to_list())
        kinds[batch.file].add(batch.kind)
    if source.rejects.total > Rejects.KEPT:
        return
    for path in source.files:
        name = path.name
        left_out = Counter(
            each.line for each in source.rejects.first if each.file == name and each.code not in CUT
        )
        if again := [line for line, n in left_out.items() if n > 1]:
            yield f"{name}: lines {again[:5]} are rejected more than once"
        both = loaded[name] & set(left_out)
        if both and kinds[name] != {"products", "events"}:  # a sale that was no purchase
            yield f"{name}: lines {sorted(both)[:5]} are loaded and rejected"
        lines = None if source.options.format == "amazon" else rows_of(path)  # may have no header
        there = loaded[name] | set(left_out)
        if (
            lines is not None
            and (missing := lines - there)
            and len(missing) != source.rejects.repeated[name]
        ):
            yield (
                f"{name}: of {len(lines)} rows {len(loaded[name])} are loaded, {len(left_out)}"
                f" rejected and {source.rejects.repeated[name]} repeated;"
                f" lines {sorted(missing)[:5]} are neither"
            )
        if lines is not None and (more := there - lines):
            yield f"{name}: has no lines {sorted(more)[:5]}"


def rows_of(path: Path) -> set[int] | None:
    """The lines that a file's rows begin on, None where quotes leave it open."""
    kind = format_of(path)
    if kind == "parquet":
        import pyarrow.parquet as pq

        return set(range(1, pq.ParquetFile(path).metadata.num_rows + 1))
    content = path.read_bytes()
    text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    text = text.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    lines = [number for number, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    if kind == "jsonl":
        return set(lines)
    return None if b'"' in text else set(lines[1:])
