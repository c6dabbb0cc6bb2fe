"""Prepare public data for the benchmarks: `python -m tests.bench.prepare beauty|book RAW OUT`.

RAW is a folder with the public files as they are published (tests/bench/data.py names them), OUT
the folder that the benchmarks read: `../shared/data/amazon-beauty` or `.../amazon-book`.

beauty  interactions.csv.gz: user_id, product_id, position; a user's purchases in the order of
        their day, those of one day in the order of product ids (the data has no time of day).
        products.csv.gz: product_id, title, brand, category_path, categories of the products that
        anybody bought; `A > B > C` is the first path, categories are the names of all paths.
        related.csv.gz: product_id, relation, related_id among these products. No figure reads it.
        split_70_30.csv.gz: user_id, product_id, part, where the files of PGPR are in RAW too.
book    train.txt.gz and test.txt.gz: the lines as they are, `user item item ...`.

The reviews are the 5-core as published: every user and every product has five at least. At the end
each file is compared with the one that the printed figures are of.
"""

import ast
import csv
import gzip
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tests.bench.data import compared

RELATIONS = ("also_bought", "also_viewed", "bought_together")

Row = Sequence[object]


def beauty(raw: Path, out: Path) -> None:
    """Write the tables of Amazon Beauty. Raises OSError for a file that is not there."""
    purchases = list(_purchases(raw / "reviews_Beauty_5.json.gz"))
    bought = {product for _, product, _ in purchases}
    meta = [each for each in _meta(raw / "meta_Beauty.json.gz") if each["asin"] in bought]
    _write(out / "interactions.csv.gz", ("user_id", "product_id", "position"), purchases)
    columns = ("product_id", "title", "brand", "category_path", "categories")
    _write(out / "products.csv.gz", columns, map(_product, meta))
    related = (row for each in meta for row in _related(each, bought))
    _write(out / "related.csv.gz", ("product_id", "relation", "related_id"), related)
    if (raw / "users.txt.gz").exists():
        parts = (row for part in ("train", "test") for row in _part(raw, part))
        _write(out / "split_70_30.csv.gz", ("user_id", "product_id", "part"), parts)


def book(raw: Path, out: Path) -> None:
    """Pack the lines of Amazon-Book. Raises OSError for a file that is not there."""
    for name in ("train.txt", "test.txt"):
        _pack(out / f"{name}.gz", (raw / name).read_bytes())


def _purchases(path: Path) -> Iterator[Row]:
    """User, product and position; users in the order in which the file first names them."""
    of: dict[str, list[tuple[int, str]]] = {}
    for line in _lines(path):
        review = json.loads(line)
        of.setdefault(review["reviewerID"], []).append((review["unixReviewTime"], review["asin"]))
    for user, bought in of.items():
        for position, (_, product) in enumerate(sorted(bought)):
            yield user, product, position


def _meta(path: Path) -> Iterator[dict[str, object]]:
    """The products; every line is a dict as Python writes it."""
    for line in _lines(path):
        yield ast.literal_eval(line)


def _product(meta: dict[str, object]) -> Row:
    paths: list[list[str]] = meta.get("categories") or [[]]  # type: ignore[assignment]
    names = sorted({name for path in paths for name in path})
    title = str(meta.get("title") or "").replace("&amp;", " and ")
    return meta["asin"], title, meta.get("brand") or "", " > ".join(paths[0]), "|".join(names)


def _related(meta: dict[str, object], among: set[object]) -> Iterator[Row]:
    related: dict[str, list[str]] = meta.get("related") or {}  # type: ignore[assignment]
    for relation in RELATIONS:
        for other in related.get(relation, ()):
            if other in among:
                yield meta["asin"], relation, other


def _part(raw: Path, part: str) -> Iterator[Row]:
    """The pairs of a part of PGPR's split: a line is user, product and words, all by number."""
    users, products = (list(_lines(raw / f"{name}.txt.gz")) for name in ("users", "product"))
    for line in _lines(raw / f"{part}.txt.gz"):
        user, product, *_ = line.split("\t")
        yield users[int(user)], products[int(product)], part


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def _write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    _pack(path, text.getvalue().encode())


def _pack(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0))


PREPARED: dict[str, Callable[[Path, Path], None]] = {"beauty": beauty, "book": book}


def main(arguments: Sequence[str]) -> int:
    """Prepare one data set, and say whether it is that of the figures; 1 where it is not."""
    if len(arguments) != 3 or arguments[0] not in PREPARED:
        print("python -m tests.bench.prepare beauty|book RAW OUT", file=sys.stderr)
        return 2
    name, raw, out = arguments[0], Path(arguments[1]), Path(arguments[2])
    try:
        PREPARED[name](raw, out)
    except OSError as error:
        print(f"{error.filename} cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    differs = dict(compared(f"amazon-{name}", out))
    for file, other in differs.items():
        print(f"{out / file}: {'other data than' if other else 'the data of'} the figures")
    return int(any(differs.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
