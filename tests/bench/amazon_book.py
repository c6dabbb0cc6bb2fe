"""Amazon-Book in the split of KGAT: products without a table, lines of users without times."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from gnn.evaluate.split import Split, judged
from kg.derive import EVENT_CODES, DeriveConfig, EventColumns
from kg.snapshot.assemble import Tables, assemble
from kg.snapshot.types import Ints, Meta

BOUGHT = EVENT_CODES["BOUGHT"]


def amazon_book(
    folder: Path,
    config: DeriveConfig = DeriveConfig(),  # noqa: B008
    unordered: int | None = None,
) -> Split:
    """Guess test.txt.gz from train.txt.gz: lines of `user item item ...`, whole numbers.

    The place in a line stands in for the moment: the data has none. With `unordered`, a seed, all
    events have one moment and items drawn numbers: nothing can be learned from the order of lines,
    nor from that of numbers, which items have by the first line that names them. Raises OSError,
    ValueError.
    """
    user, product = _pairs(folder / "train.txt.gz")
    test_user, test_product = _pairs(folder / "test.txt.gz")
    users = int(max(user.max(), test_user.max())) + 1
    products = int(max(product.max(), test_product.max())) + 1
    if unordered is not None:
        number = np.random.default_rng(unordered).permutation(products).astype(np.int32)
        product, test_product = number[product], number[test_product]
    tables = _tables(users, products, _events(user, product, ordered=unordered is None))
    known = assemble(Meta(1, clock="order"), tables, config=config)
    return judged("amazon-book test", known, test_user, test_product)


def _pairs(path: Path) -> tuple[Ints, Ints]:
    lines = [np.array(line, np.int32) for line in _lines(path)]
    user = np.repeat([line[0] for line in lines], [len(line) - 1 for line in lines])
    return user.astype(np.int32), np.concatenate([line[1:] for line in lines])


def _lines(path: Path) -> Iterator[list[int]]:
    with gzip.open(path, "rt", encoding="ascii") as file:
        for line in file:
            yield [int(word) for word in line.split()]


def _events(user: Ints, product: Ints, *, ordered: bool) -> EventColumns:
    starts = np.flatnonzero(np.r_[True, user[1:] != user[:-1]])
    place = np.arange(len(user)) - np.repeat(starts, np.diff(np.r_[starts, len(user)]))
    return EventColumns(
        user=user,
        product=product,
        type=np.full(len(user), BOUGHT, np.int8),
        at=place.astype(np.int64) if ordered else np.zeros(len(user), np.int64),
        value=np.full(len(user), np.nan),
        order=np.full(len(user), -1, np.int32),
    )


def _tables(users: int, products: int, events: EventColumns) -> Tables:
    """Ids are the numbers, padded so that their order is that of the codes."""
    texts = ("title", "description", "image_url", "brand_id")
    numbers = {"price_minor": pl.Int64, "in_stock": pl.Boolean, "released_at": pl.Int64}
    empty = [pl.lit(None, pl.String).alias(name) for name in texts]
    empty += [pl.lit(None, kind).alias(name) for name, kind in numbers.items()]
    names = ("name", "name_key")
    return Tables(
        products=pl.DataFrame({"product_id": _ids(products)}).with_columns(empty),
        brands=pl.DataFrame(schema=dict.fromkeys(("brand_id", *names), pl.String)),
        categories=pl.DataFrame(
            schema=dict.fromkeys(("category_id", *names, "parent_id"), pl.String)
        ),
        placements=pl.DataFrame(schema=dict.fromkeys(("product_id", "category_id"), pl.String)),
        users=tuple(_ids(users)),
        events=events,
    )


def _ids(n: int) -> list[str]:
    return [f"{number:06}" for number in range(n)]
