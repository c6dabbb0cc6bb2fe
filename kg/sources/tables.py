"""A shop as tables: products and events, in csv, csv.gz, parquet or jsonl."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kg.catalog import SCHEMAS, Batch, Kind, Rejects, Source, SourceOptions
from kg.errors import SourceError
from kg.ids import clean_text, event_key, fold, key_hash


def open_tables(path: Path, options: SourceOptions) -> Source:
    """Open a folder of tables. Raises SourceError where it holds none."""
    found = {kind: _find(path, kind) for kind in ("products", "events")}
    files = tuple(file for file in found.values() if file is not None)
    if not files:
        raise SourceError(f"{path} holds no products or events file")
    events = found["events"]
    ordered = events is not None and "position" in pl.read_csv(events, n_rows=1).columns
    rejects = Rejects(options.rejects)

    def read() -> Iterator[Batch]:
        for kind in ("products", "events"):
            if (file := found[kind]) is not None:
                frame = (_products if kind == "products" else _events)(file)
                yield from _split(kind, frame, file, options.batch_rows)

    return Source(
        name=options.name or path.resolve().name,
        clock="order" if ordered else "time",
        currency=options.currency or "USD",
        kinds=tuple(kind for kind, file in found.items() if file is not None),  # type: ignore[misc]
        files=files,
        options=options,
        rejects=rejects,
        read=read,
    )


def _find(folder: Path, kind: str) -> Path | None:
    stems = {"products": ("products",), "events": ("events", "interactions")}[kind]
    names = [f"{stem}{end}" for stem in stems for end in (".csv", ".csv.gz")]
    return next((folder / name for name in names if (folder / name).exists()), None)


def _split(kind: Kind, frame: pl.DataFrame, file: Path, rows: int) -> Iterator[Batch]:
    frame = frame.select(SCHEMAS[kind].names()).cast(SCHEMAS[kind])
    for part in frame.iter_slices(rows):
        yield Batch(kind, part, int(part["line"][0]), file.name)


def _read(file: Path, kind: Kind) -> pl.DataFrame:
    frame = pl.read_csv(file, infer_schema=False).with_row_index("line", offset=2)
    absent = [c for c in SCHEMAS[kind].names() if c not in frame.columns]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _products(file: Path) -> pl.DataFrame:
    frame = _read(file, "products")
    paths = frame["category_path"].str.split(" > ")
    known = {fold(name) for path in paths for name in (path if path is not None else [])}
    names = frame["categories"] if "categories" in frame.columns else frame["brand"].clear()
    lone = [[[n] for n in (text or "").split("|") if n and fold(n) not in known] for text in names]
    categories = [
        ([list(p)] if p is not None else []) + ([*more])
        for p, more in zip(paths, lone, strict=True)
    ]
    price = frame["price"] if "price" in frame.columns else frame["price_minor"]
    clean = pl.col("title", "description", "brand").map_elements(clean_text, pl.String)
    return frame.with_columns(
        clean,
        pl.Series("categories", categories, SCHEMAS["products"]["categories"]),
        (price.cast(pl.Float64) * 100).round().cast(pl.Int64).alias("price_minor"),
        pl.col("in_stock").replace_strict({"true": True, "false": False}, default=None),
    )


def _events(file: Path) -> pl.DataFrame:
    frame = _read(file, "events")
    if "position" in frame.columns:
        frame = frame.with_columns(pl.col("position").alias("at"))
    frame = frame.with_columns(pl.col("type").fill_null("BOUGHT"), pl.col("at").cast(pl.Int64))
    parts = frame.select("user_id", "type", "product_id", "at", "order_id").iter_rows()
    ids = [key_hash(event_key(*row)) for row in parts]
    return frame.with_columns(pl.Series("event_id", ids))
