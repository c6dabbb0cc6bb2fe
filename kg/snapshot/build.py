"""Read a shop's files straight into a snapshot, without a server."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import polars as pl

from kg.catalog import SCHEMAS, Kind, Source
from kg.derive import EVENT_CODES, DeriveConfig, EventColumns
from kg.ids import brand_id, category_id
from kg.language import name_key
from kg.schema import SCHEMA_VERSION
from kg.snapshot.assemble import Tables, assemble, code_of
from kg.snapshot.types import Meta, Snapshot

Frames = dict[Kind, pl.DataFrame]

_KEYS: dict[Kind, tuple[str, ...]] = {
    "products": ("product_id",),
    "users": ("user_id",),
    "events": ("type", "event_id"),
}


def snapshot_of(
    source: Source,
    language: str = "english",
    until: int | None = None,
    config: DeriveConfig = DeriveConfig(),  # noqa: B008
) -> Snapshot:
    """A snapshot of everything in `source` before `until` (None: all of it), without vectors.

    Products that came out later are left out, and events of products that the source does not
    have. Raises SourceError.
    """
    frames = _with_known_products(_before(_read(source), until))
    meta = Meta(
        SCHEMA_VERSION,
        clock=source.clock,
        currency=source.currency,
        language=language,
        until=until,
    )
    return assemble(meta, _tables(frames, language), config=config)


def _read(source: Source) -> Frames:
    """All batches as one frame a kind; of a product or event that comes twice the last counts."""
    parts: dict[Kind, list[pl.DataFrame]] = {kind: [frame.clear()] for kind, frame in _empty()}
    for batch in source.batches():
        parts[batch.kind].append(batch.frame.select(SCHEMAS[batch.kind].names()))
    frames: Frames = {kind: pl.concat(found) for kind, found in parts.items()}
    for kind, key in _KEYS.items():
        frames[kind] = frames[kind].unique(key, keep="last").sort(key)
    return frames


def _before(frames: Frames, until: int | None) -> Frames:
    if until is None:
        return frames
    out = (pl.col("released_at") < until).fill_null(True)
    products, events = frames["products"].filter(out), frames["events"]
    return {**frames, "products": products, "events": events.filter(pl.col("at") < until)}


def _with_known_products(frames: Frames) -> Frames:
    known = pl.col("product_id").is_in(frames["products"]["product_id"].implode())
    return {**frames, "events": frames["events"].filter(known)}


def _empty() -> Iterable[tuple[Kind, pl.DataFrame]]:
    return ((kind, pl.DataFrame(schema=schema)) for kind, schema in SCHEMAS.items())


def _tables(frames: Frames, language: str) -> Tables:
    products, events = frames["products"], frames["events"]
    users = pl.concat([frames["users"]["user_id"], events["user_id"]]).unique().sort()
    names = Counter[str](name for name in products["brand"] if name)
    brands = {name: brand_id(name) for name in names}
    categories, placements = _categories(frames, language)
    return Tables(
        products=products.with_columns(
            pl.Series("brand_id", [brands.get(name) for name in products["brand"]], pl.String)
        ),
        brands=_named("brand_id", ((brands[name], name, n) for name, n in names.items()), language),
        categories=categories,
        placements=placements,
        users=tuple(users),
        events=_events(events, products["product_id"], users),
    )


def _categories(frames: Frames, language: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Categories with all ancestors; and which product is directly in which."""
    placed = frames["products"].select("product_id", "categories").explode("categories")
    placed = placed.drop_nulls("categories")
    paths = [tuple(path) for path in (*placed["categories"], *frames["categories"]["path"])]
    spelt: Counter[tuple[str, ...]] = Counter()
    for path, n in Counter(paths).items():
        for depth in range(len(path)):
            spelt[path[: depth + 1]] += n
    ids = {path: category_id(path) for path in spelt}
    parents = {ids[path]: ids.get(path[:-1]) for path in spelt}
    named = _named("category_id", ((ids[path], path[-1], n) for path, n in spelt.items()), language)
    parent = [parents[key] for key in named["category_id"]]
    direct = placed.select(
        "product_id",
        pl.Series("category_id", [ids[path] for path in paths[: len(placed)]], pl.String),
    )
    return named.with_columns(pl.Series("parent_id", parent, pl.String)), direct.unique()


def _named(key: str, spellings: Iterable[tuple[str, str, int]], language: str) -> pl.DataFrame:
    """Ids with their most frequent spelling (of equals the smallest), sorted by id."""
    counts: dict[str, Counter[str]] = {}
    for id_, name, n in spellings:
        counts.setdefault(id_, Counter())[name] += n
    best = [
        (id_, min(names, key=lambda name: (-names[name], name))) for id_, names in counts.items()
    ]
    rows = [(id_, name, name_key(name, language)) for id_, name in sorted(best)]
    schema = {key: pl.String, "name": pl.String, "name_key": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def _events(frame: pl.DataFrame, product_ids: pl.Series, users: pl.Series) -> EventColumns:
    return EventColumns(
        user=code_of(frame["user_id"], users),
        product=code_of(frame["product_id"], product_ids),
        type=frame["type"].replace_strict(EVENT_CODES, return_dtype=pl.Int8).to_numpy(),
        at=frame["at"].to_numpy(),
        value=frame["value"].fill_null(np.nan).to_numpy(),
        order=numbered(frame["order_id"]),
    )


def numbered(order_ids: pl.Series) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """A number for each order id [m], -1 where there is none."""
    return code_of(order_ids, order_ids.drop_nulls().unique().sort())
