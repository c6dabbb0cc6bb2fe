"""Amazon's review dumps as published: meta_*.json(l) with reviews, or ratings as csv."""

import re
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from kg.catalog import Kind, Rejects, Source, SourceOptions
from kg.errors import SourceError
from kg.sources.amazon_reading import Dump, read_dump
from kg.sources.amazon_rows import PRODUCT_KEYS, REVIEW_KEYS, TEXT_KEYS, product_row, review_row
from kg.sources.delimited import open_delimited
from kg.sources.events import EventRules
from kg.sources.finding import unused_files
from kg.sources.jsonlines import open_jsonlines
from kg.sources.table import Table, format_of, is_table, stem_of

_META = "meta_"
_CORE = re.compile(r"_5$|^ratings_")
_ASIN_LENGTH = 10
_CURRENCY = "USD"
_PAIR = ("first", "second")
_USER_FIRST = ("user_id", "product_id")


def is_amazon(path: Path) -> bool:
    """Is this a folder with a meta_* file, such a file, or a file of Amazon reviews."""
    if path.is_dir():
        return any(_is_meta(file) for file in path.iterdir())
    if not is_table(path) or format_of(path) != "jsonl":
        return False
    return _is_meta(path) or _has_reviews(path)


def _is_meta(path: Path) -> bool:
    return path.name.startswith(_META) and is_table(path) and format_of(path) == "jsonl"


def _has_reviews(path: Path) -> bool:
    columns = set(open_jsonlines(path).columns)
    return {"reviewerID", "asin"} <= columns or {"verified_purchase", "user_id"} <= columns


def open_amazon(path: Path, options: SourceOptions) -> Source:
    """Open a dump: a folder, or one of its files. Raises SourceError where it cannot be read."""
    metas, reviews = _files(path)
    now = options.now if options.now is not None else int(time.time())
    rejects = Rejects(options.rejects)
    dump = Dump(
        [open_jsonlines(file, product_row) for file in metas],
        [_open_reviews(file) for file in reviews],
        options.currency or _CURRENCY,
        EventRules("time", now),
        options,
        rejects,
    )
    held: dict[Kind, list[Path]] = {"products": metas, "events": reviews}
    return Source(
        name=options.name or path.resolve().name,
        clock="time",
        currency=dump.currency,
        kinds=tuple(kind for kind, kept in held.items() if kept),
        files=(*metas, *reviews),
        options=options,
        rejects=rejects,
        read=partial(read_dump, dump),
        ignored=(*unused_files(path, {*metas, *reviews}), *_ignored(metas, reviews, options)),
    )


def _files(path: Path) -> tuple[list[Path], list[Path]]:
    """The meta files and, for each category, one file of reviews: json first, then the 5-core."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    tables = [file for file in files if file.is_file() and is_table(file)]
    metas = [file for file in tables if _is_meta(file)]
    best: dict[str, Path] = {}
    for file in sorted(set(tables) - set(metas), key=_preference):
        best.setdefault(_CORE.sub("", stem_of(file)), file)
    if not metas and not best:
        raise SourceError(
            f"{path} has no Amazon dump; expected meta_*.json.gz or .jsonl and reviews"
        )
    return metas, sorted(best.values())


def _preference(path: Path) -> tuple[bool, bool, str]:
    return format_of(path) == "csv", not stem_of(path).endswith("_5"), path.name


def _open_reviews(path: Path) -> Table:
    """Reviews as json, or ratings as csv, which the older dumps give without a header."""
    if format_of(path) == "jsonl":
        return open_jsonlines(path, review_row)
    names = open_delimited(path, (*_PAIR, "value", "at"))
    sample = names.sample({name: name for name in names.columns})
    if sample["value"].cast(pl.Float64, strict=False).null_count() == sample.height:
        return open_delimited(path)
    asins = {name: int((sample[name].str.len_chars() == _ASIN_LENGTH).sum()) for name in _PAIR}
    pair = ("product_id", "user_id") if asins["first"] >= asins["second"] else _USER_FIRST
    return open_delimited(path, (*pair, "value", "at"))


def _ignored(metas: Sequence[Path], reviews: Sequence[Path], options: SourceOptions) -> list[str]:
    """The keys that are read by nothing; the texts of reviews are among them unless kept aside."""
    read = REVIEW_KEYS if options.reviews is None else (*REVIEW_KEYS, *TEXT_KEYS)
    used = [(file, PRODUCT_KEYS) for file in metas] + [
        (file, read) for file in reviews if format_of(file) == "jsonl"
    ]
    return [
        f"{file.name}: {key}"
        for file, keys in used
        for key in open_jsonlines(file).columns
        if key not in keys
    ]
