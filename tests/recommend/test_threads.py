"""What requests share is read and filled by many threads at once, and none gets another's."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kg.recommend.facts import FactCache
from kg.recommend.leads import Leads, Part
from kg.recommend.learned.vectors import VectorCache
from kg.recommend.numbered import Numbered
from kg.recommend.remembered import Remembered
from kg.recommend.types import Vector

THREADS = 4
SECONDS = 1.0
KEYS = 3_000


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Threads take turns as often as Python lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def wrong(work: Callable[[int], bool], seconds: float = SECONDS) -> int:
    """How often `work` is not right, asked for numbers that differ from thread to thread."""
    end = time.monotonic() + seconds

    def ask(thread: int) -> int:
        number, failed = 997 * thread, 0
        while time.monotonic() < end:
            failed += not work(number)
            number += 1
        return failed

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(ask, range(THREADS)))


class Id(str):
    """An id that lets other threads have their turn whenever it is looked for."""

    __slots__ = ()

    def __hash__(self) -> int:
        """As a string's."""
        return str.__hash__(self)


def some(number: int) -> list[str]:
    """Ten keys, of which a few are new each time."""
    return [f"p{(number + 7 * step) % KEYS:04d}" for step in range(10)]


def test_a_product_gets_the_weight_of_its_own_brand_and_categories() -> None:
    def read(ids: list[str]) -> list[dict[str, object]]:
        return [
            {
                "product_id": id_,
                "embedding": None,
                "title": None,
                "brand_id": None if int(id_[1:]) % 2 else f"b{id_}",
                "category_ids": [f"c{id_}"],
                **dict.fromkeys(
                    ("popularity", "price_minor", "mean_age", "mean_place", "in_stock")
                ),
            }
            for id_ in ids
        ]

    cache = FactCache(read, 1, limit=KEYS // 2)
    brands = {f"bp{at:04d}": at + 1.0 for at in range(KEYS)}
    categories = {f"cp{at:04d}": at + 1.0 for at in range(KEYS)}

    def right(number: int) -> bool:
        facts = cache.of(some(number))
        numbers = [int(each[1:]) for each in facts.ids]
        branded = [0.0 if at % 2 else at + 1.0 for at in numbers]
        return (
            facts.by_brand(brands).tolist() == branded
            and facts.by_category(categories).tolist() == [at + 1.0 for at in numbers]
            and facts.brands == [None if at % 2 else f"bp{at:04d}" for at in numbers]
        )

    assert wrong(right) == 0


def test_a_product_gets_its_own_learned_vector() -> None:
    def read(ids: list[str]) -> Mapping[str, Vector]:
        return {id_: np.array([int(id_[1:]), 1.0], np.float32) for id_ in ids}

    products = Numbered()
    cache = VectorCache(read, 2, products, limit=KEYS // 2)

    def right(number: int) -> bool:
        ids = some(number)
        codes = products.of(ids)
        cache.know(codes[:3])
        expected = [[float(id_[1:]), 1.0] for id_ in ids]
        return bool(cache.at(codes).tolist() == expected)

    assert wrong(right) == 0


def test_a_source_leads_to_its_own_products() -> None:
    def part(key: str) -> Part:
        number = int(key[1:])
        size = number % 4
        numbers = np.full(size, float(number))
        return Part(
            np.full(size, number, np.int32), numbers, numbers, np.arange(size, dtype=np.int32)
        )

    def read(keys: list[str]) -> Mapping[str, Part]:
        return {key: part(key) for key in keys}

    leads: Leads[str] = Leads(read, KEYS // 2)

    def own(keys: Sequence[str]) -> bool:
        parts = leads.of(keys)
        for key in keys:
            start, stop = parts.spans[key]
            if parts.flat.codes[start:stop].tolist() != part(key).codes.tolist():
                return False
            if parts.flat.first[start:stop].tolist() != part(key).first.tolist():
                return False
        return True

    assert wrong(lambda number: own(some(number))) == 0


def test_a_question_gets_its_own_answer() -> None:
    remembered: Remembered[str, str] = Remembered(100)

    def right(number: int) -> bool:
        keys = list(map(Id, some(number)))
        found = remembered.of(keys, lambda asked: {key: key[1:] for key in asked})
        return found == {key: key[1:] for key in keys}

    assert wrong(right) == 0


def test_an_id_has_one_number_and_a_number_one_id() -> None:
    ids = [Id(f"p{at:04d}") for at in range(KEYS)]
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while time.monotonic() < end:
            numbers = Numbered(ids[:2])
            codes = list(pool.map(lambda _, of=numbers.of: of(ids), range(THREADS)))
            assert [numbers.named(each) == tuple(ids) for each in codes] == [True] * THREADS
            assert len(numbers.ids) == KEYS
