from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kg.graph import Row
from kg.recommend.facts import FactCache


def row(product_id: str) -> Row:
    number = int(product_id[1:])
    return {
        "product_id": product_id,
        "embedding": None if number == 0 else [3.0 * number, 4.0 * number],
        "title": None if number == 0 else "x" * number,
        "brand_id": None if number == 1 else f"b{number}",
        "category_ids": [f"c{number}", "all"],
        "popularity": float(number),
        "price_minor": None if number == 1 else 100 * number,
        "mean_age": None if number == 1 else 10.0 * number,
        "mean_place": None if number == 1 else 0.25 * number,
        "in_stock": None if number == 1 else number != 2,
    }


def reader(asked: list[list[str]]) -> Callable[[list[str]], list[Row]]:
    def read(ids: list[str]) -> list[Row]:
        asked.append(ids)
        return [row(product_id) for product_id in ids]

    return read


def test_facts_come_in_the_order_asked_with_vectors_of_unit_length() -> None:
    facts = FactCache(reader([]), 2).of(["p2", "p0", "p1"])
    assert facts.ids == ("p2", "p0", "p1")
    assert facts.vectors == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0], [0.6, 0.8]]))
    assert facts.popularity.tolist() == [2.0, 0.0, 1.0]
    assert facts.prices[:2].tolist() == [200.0, 0.0]
    assert facts.ages[:2].tolist() == [20.0, 0.0]
    assert facts.places[:2].tolist() == [0.5, 0.0]
    assert np.isnan([facts.prices[2], facts.ages[2], facts.places[2]]).all()
    assert facts.brands == ["b2", "b0", None]
    assert facts.categories == [("c2", "all"), ("c0", "all"), ("c1", "all")]
    assert facts.by_brand({"b0": 0.5, "b9": 7.0}).tolist() == [0.0, 0.5, 0.0]
    assert facts.by_category({"c1": 0.5, "all": 0.25}).tolist() == [0.25, 0.25, 0.5]


def test_only_what_is_not_known_yet_is_read() -> None:
    asked: list[list[str]] = []
    cache = FactCache(reader(asked), 2)
    cache.of(["p1", "p2", "p1"])
    cache.of(["p2", "p3"])
    cache.of([])
    assert asked == [["p1", "p2"], ["p3"]]


def test_a_product_that_the_graph_does_not_have_is_told_by_its_id() -> None:
    with pytest.raises(KeyError, match="p9"):
        FactCache(lambda ids: [row(each) for each in ids if each != "p9"], 2).of(["p1", "p9"])


def test_a_full_cache_starts_anew_and_still_answers() -> None:
    asked: list[list[str]] = []
    cache = FactCache(reader(asked), 2, limit=3)
    cache.of(["p1", "p2"])
    assert cache.of(["p2", "p3", "p4"]).ids == ("p2", "p3", "p4")
    assert cache.of(["p2", "p3", "p4"]).popularity.tolist() == [2.0, 3.0, 4.0]
    assert asked == [["p1", "p2"], ["p3", "p4"], ["p2"]]


def test_words_of_titles_are_held_as_codes_however_many_a_later_title_has() -> None:
    cache = FactCache(reader([]), 2, words=lambda title: range(len(title or "")))
    assert cache.of(["p1", "p0"]).words.tolist() == [[0], [-1]]
    assert cache.of(["p0", "p3", "p1"]).words.tolist() == [[-1, -1, -1], [0, 1, 2], [0, -1, -1]]


def test_threads_share_a_small_cache_without_mixing_up_products() -> None:
    cache = FactCache(reader([]), 2, limit=20)

    def ask(start: int) -> bool:
        ids = [f"p{1 + (start + step) % 40}" for step in range(15)]
        expected = [float(each[1:]) for each in ids]
        return bool((cache.of(ids).popularity == expected).all())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
