"""The reader of the benchmark without a products table."""

import gzip
from pathlib import Path

from tests.bench.amazon_book import amazon_book


def write(path: Path, text: str) -> None:
    with gzip.open(path, "wt", encoding="ascii") as file:
        file.write(text)


def test_reads_users_and_items_as_they_are_numbered(tmp_path: Path) -> None:
    write(tmp_path / "train.txt.gz", "0 2 1\n1 0\n2 1 2 0\n")
    write(tmp_path / "test.txt.gz", "0 3 0\n1\n2 3\n")
    split = amazon_book(tmp_path)
    assert split.users.tolist() == [0, 2]
    assert [split.targets.of(row).tolist() for row in range(2)] == [[0, 3], [3]]
    assert [split.seen.of(row).tolist() for row in range(2)] == [[1, 2], [0, 1, 2]]
    assert len(split.known.products.ids) == 4
    assert split.known.derived.popularity.tolist() == [2.0, 2.0, 2.0, 0.0]
    events = split.known.events
    assert list(zip(events.user, events.product, events.at, strict=True)) == [
        (0, 2, 0),
        (0, 1, 1),
        (1, 0, 0),
        (2, 1, 0),
        (2, 2, 1),
        (2, 0, 2),
    ]


def test_shuffled_lines_hold_the_same_items_in_a_drawn_order(tmp_path: Path) -> None:
    items = list(range(20))
    write(tmp_path / "train.txt.gz", f"0 {' '.join(map(str, items))}\n1 3 2\n")
    write(tmp_path / "test.txt.gz", "1 0\n")
    events = amazon_book(tmp_path, shuffled=0).known.events
    of = {user: events.product[events.user == user].tolist() for user in (0, 1)}
    assert of[0] != items
    assert {user: sorted(each) for user, each in of.items()} == {0: items, 1: [2, 3]}
    assert events.at.tolist() == [*range(20), 0, 1]
    again = amazon_book(tmp_path, shuffled=0).known.events
    assert again.product.tolist() == events.product.tolist()
