"""The reader of the benchmark without a products table."""

import gzip
from pathlib import Path

import numpy as np

from tests.bench.amazon_book import amazon_book
from tests.bench.book import walk_matrix


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


def test_without_order_all_is_at_once_and_items_have_drawn_numbers(tmp_path: Path) -> None:
    write(tmp_path / "train.txt.gz", "0 4 1 3\n1 0 2\n")
    write(tmp_path / "test.txt.gz", "0 2\n1 4\n")
    plain, drawn = amazon_book(tmp_path), amazon_book(tmp_path, unordered=1)
    number = np.random.default_rng(1).permutation(5)
    assert number.tolist() != [0, 1, 2, 3, 4]
    events = drawn.known.events
    assert events.at.tolist() == [0] * 5
    assert not len(drawn.known.derived.bought_next.to)
    for row in range(2):
        mine = events.product[events.user == row].tolist()
        assert mine == sorted(number[plain.seen.of(row)].tolist())
        assert drawn.targets.of(row).tolist() == number[plain.targets.of(row)].tolist()


def test_the_walk_matrix_weighs_items_by_all_three_degrees(tmp_path: Path) -> None:
    write(tmp_path / "train.txt.gz", "0 0 1\n1 0 1 2\n2 2\n")
    write(tmp_path / "test.txt.gz", "2 0\n")
    scores = walk_matrix(amazon_book(tmp_path).known)(np.array([0, 2], np.int32))
    # Every item has two users; both ways from 2 lead through user 1, who has three items.
    one = 2**-0.5 * 3**-0.5 * 2**-0.3
    two = 2**-0.5 * (2**-0.5 + 3**-0.5) * 2**-0.3  # from 0 to 1, through users 0 and 1
    assert np.allclose(scores, [[two, two, 2 * one], [one, one, 0.0]])
