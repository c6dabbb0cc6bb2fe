"""Write the sample shop as csv files, a block at a time."""

import filecmp
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.errors import OptionError
from kg.progress import Progress, silent
from kg.sources.sample_shop import events, products, rows
from kg.sources.sample_shop.assortment import Assortment, assortment
from kg.sources.sample_shop.catalogue import Catalogue, joined
from kg.sources.sample_shop.shelves import Shelves

HEADERS = {
    "products": (
        "product_id,title,description,brand,category_path,price,currency,in_stock,released_at"
    ),
    "promotions": "product_id,sale_price,currency,starts_at,ends_at",
    "users": "user_id",
    "events": "event_id,user_id,product_id,type,at,value,order_id",
    "truth": "user_id,categories,brands,price_level,style",
}
"""The files and their columns."""

REJECTS = "rejects.csv"
"""What a build may leave beside them."""


@dataclass(frozen=True)
class Written:
    """Where a sample shop was written, and how many rows it has."""

    folder: Path
    products: int
    users: int
    events: int


def sample_shop(
    folder: Path,
    products: int = 2000,
    users: int = 3000,
    seed: int = 7,
    progress: Progress = silent,
    *,
    force: bool = False,
) -> Written:
    """Write a believable shop as csv files; the same arguments give the same bytes.

    products.csv, users.csv and events.csv are a source for build-graph; promotions.csv and
    truth.csv (each user's hidden taste) are for people and tests: no source reads them.
    Memory holds a few columns of the catalogue and one block of users. Raises OptionError, also for
    a folder that holds anything but this very shop, unless `force` has it replaced.
    """
    _check(folder, products, users, seed)
    if not force:
        _check_own(folder)
    shop = assortment()
    with _files(folder, force) as files:
        catalogue = _write_products(files, shop, products, seed, progress)
        shelves = Shelves(catalogue, len(shop.categories))
        many = _write_users(files, shop, shelves, users, seed, progress)
    return Written(folder, products, users, many)


def _check(folder: Path, products: int, users: int, seed: int) -> None:
    if products < 1 or users < 0 or seed < 0:
        raise OptionError("a sample shop needs at least 1 product, and no negative users or seed")
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"{folder} is a file; name a folder for the sample shop")


def _check_own(folder: Path) -> None:
    """Refuse a folder with anything but a sample shop; which one it is shows when it is written."""
    here = {path.name for path in folder.iterdir()} if folder.exists() else set()
    others = {name for name in here if name[0] != "." and not name.endswith(".part")} - {REJECTS}
    if others and others != {f"{name}.csv" for name in HEADERS}:
        raise OptionError(
            f"{folder} holds {', '.join(sorted(others)[:5])}; name a new or empty folder, or give"
            " --force to write the sample shop beside and over what is there"
        )


def _check_same(folder: Path, parts: Mapping[str, Path]) -> None:
    """Refuse to replace files by others."""
    for name, path in parts.items():
        there = folder / f"{name}.csv"
        if there.exists() and not filecmp.cmp(path, there, shallow=False):
            raise OptionError(
                f"{folder} holds another shop; name another folder, or give --force to replace it"
            )


@contextmanager
def _files(folder: Path, force: bool) -> Iterator[dict[str, IO[bytes]]]:
    """Open all files under a passing name; they get their own when everything is written."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: folder / f"{name}.csv.part" for name in HEADERS}
    try:
        with ExitStack() as stack:
            files: dict[str, IO[bytes]] = {
                name: stack.enter_context(path.open("wb")) for name, path in parts.items()
            }
            for name, header in HEADERS.items():
                files[name].write(f"{header}\n".encode())
            yield files
        if not force:
            _check_same(folder, parts)
        for name, path in parts.items():
            path.replace(folder / f"{name}.csv")
    finally:
        for path in parts.values():
            path.unlink(missing_ok=True)


def _write_products(
    files: dict[str, IO[bytes]], shop: Assortment, many: int, seed: int, progress: Progress
) -> Catalogue:
    columns = []
    for block in products.blocks(shop, many, seed):
        rows.of_products(block).write_csv(files["products"], include_header=False)
        rows.of_promotions(block).write_csv(files["promotions"], include_header=False)
        columns.append(block.columns)
        progress("products", block.first + len(block.rows), many)
    return joined(columns)


def _write_users(
    files: dict[str, IO[bytes]],
    shop: Assortment,
    shelves: Shelves,
    many: int,
    seed: int,
    progress: Progress,
) -> int:
    """-> how many events"""
    done = orders = 0
    for block in events.blocks(shop, shelves, many, seed):
        rows.of_users(block).write_csv(files["users"], include_header=False)
        rows.of_tastes(shop, block).write_csv(files["truth"], include_header=False)
        rows.of_events(block, done, orders).write_csv(files["events"], include_header=False)
        done, orders = done + len(block.log), orders + block.orders
        progress("users", block.first + block.users, many)
    return done
