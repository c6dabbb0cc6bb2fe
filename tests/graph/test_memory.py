"""Every read of the toy shop in memory, worked out by hand."""

from typing import Any

import pytest

from kg.errors import MissingParams
from kg.graph.memory import READS, RULES, MemoryGraph
from kg.queries import names

NO_FILTER: dict[str, Any] = {
    "min_price": None,
    "max_price": None,
    "in_stock": False,
    "brand_ids": None,
    "category_ids": None,
    "excluded_brand_ids": [],
    "excluded_category_ids": [],
    "excluded_product_ids": [],
}


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["product_id"] for row in rows]


def test_every_file_has_a_function_and_every_function_a_file() -> None:
    assert sorted([*READS, RULES]) == [*names("resolve"), *names("score"), *names("walk")]


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(MissingParams, match="resolve/subtree needs category_ids"):
        MemoryGraph.__new__(MemoryGraph).read("resolve/subtree")


def test_a_history_has_a_row_a_product_the_newest_first(toy_memory: MemoryGraph) -> None:
    rows = toy_memory.read("resolve/history", requests=[{"user_id": "eve", "until": None}])
    assert rows == [
        {
            "request": 0,
            "product_id": "lippink",
            "at": 1736486400,
            "types": ["ADDED_TO_CART", "BOUGHT"],
            "value": None,
        },
        {
            "request": 0,
            "product_id": "lipred",
            "at": 1736400000,
            "types": ["BOUGHT"],
            "value": None,
        },
    ]


def test_a_history_ends_before_until_and_keeps_its_user(toy_memory: MemoryGraph) -> None:
    asked = [
        {"user_id": "dan", "until": 1736208000},
        {"user_id": "dan", "until": 1736208001},
        {"user_id": "eve", "until": 0},
        {"user_id": "nobody", "until": None},
    ]
    rows = toy_memory.read("resolve/history", requests=asked)
    assert [(row["request"], row["product_id"], row["value"]) for row in rows] == [
        (0, "runner", None),
        (1, "trail", 2.0),
        (1, "runner", None),
        (2, None, None),
    ]


def test_users_are_those_whose_id_begins_so_in_order(toy_memory: MemoryGraph) -> None:
    def users(prefix: str, limit: int) -> list[str]:
        rows = toy_memory.read("resolve/users", prefix=prefix, limit=limit)
        return [row["user_id"] for row in rows]

    assert users("", 3) == ["ann", "bob", "cat"]
    assert users("e", 5) == ["eve"]
    assert users("", 99) == ["ann", "bob", "cat", "dan", "eve", "fay"]
    assert users("evening", 5) == []


def test_bought_next_adds_over_seeds_and_names_the_one_that_gave_most(
    toy_memory: MemoryGraph,
) -> None:
    seeds = [{"id": "lipred", "weight": 2.0}, {"id": "balm", "weight": 1.0}]
    rows = toy_memory.read("walk/bought_next", requests=[{"seeds": seeds, "limit": 1}])
    # cat: lipred, balm, lippink (gap 2); eve: lipred, lippink: (.7 + 1) / (sqrt(2 * 2) + 30).
    # balm -> lippink: 1 / (sqrt(1 * 2) + 30).
    assert rows == [
        {
            "request": 0,
            "product_id": "lippink",
            "strength": pytest.approx(2 * 0.053125 + 0.031832724),
            "seed_id": "lipred",
            "weight": 0.053125,
            "support": 2,
        }
    ]


def test_bought_before_walks_backwards_to_what_led_to_the_seeds(toy_memory: MemoryGraph) -> None:
    forwards = toy_memory.read("walk/relationships", ids=["lipred"])
    (after,) = (row for row in forwards if row["type"] == "BOUGHT_NEXT")
    weight = after["weights"][after["to_ids"].index("lippink")]
    request = {"seeds": [{"id": "lippink", "weight": 2.0}], "limit": 10}
    rows = toy_memory.read("walk/bought_before", requests=[request])
    found = {row["product_id"]: (row["strength"], row["seed_id"]) for row in rows}
    assert found["lipred"] == (pytest.approx(2 * weight), "lippink")


def test_bought_with_counts_orders(toy_memory: MemoryGraph) -> None:
    request = {"seeds": [{"id": "runner", "weight": 1.0}], "limit": 10}
    (row,) = toy_memory.read("walk/bought_with", requests=[request])
    # Only ann's order o1 has two products: 1 / (sqrt(3 * 2) + 30).
    assert (row["product_id"], row["weight"], row["support"]) == ("sock", 0.030817126, 1)


def test_a_brand_gives_its_most_popular_products(toy_memory: MemoryGraph) -> None:
    request = {
        "seeds": [{"id": "runner", "weight": 1.0}, {"id": "shirt", "weight": 2.0}],
        "brands": [{"id": "acme", "weight": 1.0}],
        "per_entity": 3,
        "limit": 10,
    }
    rows = toy_memory.read("walk/brand", requests=[request])
    # By popularity: runner 2.83, trail .997, shirt .98, lipacme 0, which is over the limit of 3.
    assert [
        (row["product_id"], row["strength"], row["seed_id"], row["via_id"]) for row in rows
    ] == [
        ("runner", 4.0, "shirt", "acme"),
        ("trail", 2.828427125, "shirt", "acme"),
        ("shirt", 2.309401077, "shirt", "acme"),
    ]


def test_a_category_reaches_all_below_it(toy_memory: MemoryGraph) -> None:
    request = {
        "seeds": [{"id": "balm", "weight": 0.5}],
        "categories": [{"id": "beauty", "weight": 1.0}],
        "per_entity": 1,
        "limit": 10,
    }
    rows = toy_memory.read("walk/category", requests=[request])
    assert [
        (row["product_id"], row["strength"], row["seed_id"], row["via_id"]) for row in rows
    ] == [
        ("balm", 1.5, "balm", "beauty/lips/lip balms"),
        ("lippink", 1.0, None, "beauty/lips/lipsticks"),
        ("soap", 1.0, None, "beauty"),
    ]


def test_popular_products_of_the_shop_a_category_and_a_brand(toy_memory: MemoryGraph) -> None:
    asked = [
        {"category_ids": None, "brand_ids": None, "limit": 2},
        {"category_ids": ["shoes/sandals", "clothing/socks"], "brand_ids": None, "limit": 2},
        {"category_ids": None, "brand_ids": ["cove"], "limit": 5},
        {"category_ids": ["clothing/socks"], "brand_ids": ["cove"], "limit": 5},
    ]
    rows = toy_memory.read("walk/popular", requests=asked)
    assert [(row["request"], row["product_id"]) for row in rows] == [
        (0, "runner"),
        (0, "lippink"),
        (1, "sock"),
        (1, "sandal"),  # of equals the smaller id, before woolsock
        (2, "sandal"),
        (2, "woolsock"),
        (3, "woolsock"),
    ]


@pytest.mark.parametrize(
    ("change", "passing"),
    [
        ({"max_price": 790}, ["balm", "lipacme", "lipred", "soap"]),
        ({"min_price": 9990}, ["racer", "trail"]),
        ({"in_stock": True, "brand_ids": ["bolt"]}, ["sock"]),
        ({"category_ids": ["beauty/lips/lip balms"], "in_stock": True}, ["balm"]),
        (
            {"brand_ids": ["acme", "rosa"], "excluded_category_ids": ["beauty/lips/lipsticks"]},
            ["balm", "runner", "shirt", "trail"],
        ),
        (
            {"category_ids": ["shoes/running shoes"], "excluded_brand_ids": ["bolt"]},
            ["runner", "trail"],
        ),
        ({"category_ids": ["clothing/socks"], "excluded_product_ids": ["sock"]}, ["woolsock"]),
        ({"brand_ids": ["unknown"]}, []),
    ],
)
def test_a_filter_holds(
    toy_memory: MemoryGraph, change: dict[str, Any], passing: list[str]
) -> None:
    every = list(toy_memory.snapshot.products.ids)
    rows = toy_memory.read("resolve/passing", ids=every, filter=NO_FILTER | change)
    assert ids(rows) == passing


def test_filtered_products_come_by_popularity_or_by_nearness(toy_memory: MemoryGraph) -> None:
    wanted = NO_FILTER | {"category_ids": ["beauty/lips/lipsticks"]}
    popular = toy_memory.read("walk/filtered_a", filter=wanted, vector=None, limit=2)
    assert ids(popular) == ["lippink", "lipred"]
    text = toy_memory.snapshot.text
    assert text is not None
    like = text.product[toy_memory.snapshot.products.code["lipacme"]]
    near = toy_memory.read("walk/filtered_a", filter=wanted, vector=like, limit=1)
    assert (near[0]["product_id"], near[0]["strength"]) == ("lipacme", pytest.approx(1.0))


def test_names_meet_by_key(toy_memory: MemoryGraph) -> None:
    rows = toy_memory.read("resolve/names", keys=["lip", "acm", "lip balm"])
    assert [tuple(row.values()) for row in rows] == [
        ("acm", "Brand", "acme", "Acme"),
        ("lip", "Category", "beauty/lips", "Lips"),
        ("lip balm", "Category", "beauty/lips/lip balms", "Lip Balms"),
    ]


def test_a_subtree_has_the_category_itself_and_all_below(toy_memory: MemoryGraph) -> None:
    rows = toy_memory.read("resolve/subtree", category_ids=["clothing", "unknown"])
    assert [row["descendant_id"] for row in rows] == [
        "clothing",
        "clothing/shirts",
        "clothing/socks",
    ]


def test_the_nearest_products_to_a_products_own_vector_begin_with_itself(
    toy_memory: MemoryGraph,
) -> None:
    (fact,) = toy_memory.read("score/facts_b", ids=["racer", "unknown"])
    asked = {"vectors": [fact["embedding"]], "limit": 3}
    assert ids(toy_memory.read("resolve/vector_products_a", **asked))[0] == "racer"
    # It is not in stock.
    assert "racer" not in ids(toy_memory.read("resolve/vector_products_stock_a", **asked))
    cheap = toy_memory.read("resolve/vector_products_price_a", min_price=0, max_price=500, **asked)
    assert sorted(ids(cheap)) == ["balm", "soap"]


def test_facts_of_a_product_that_nobody_wanted(toy_memory: MemoryGraph) -> None:
    (fact,) = toy_memory.read("score/facts_a", ids=["soap"])
    del fact["embedding"]
    assert fact == {
        "product_id": "soap",
        "title": "Plain Hand Soap",
        "brand_id": None,
        "category_ids": ["beauty"],
        "popularity": 0.0,
        "mean_age": None,
        "mean_place": None,
        "price_minor": 200,
        "in_stock": True,
    }


def test_full_text_finds_by_stems_and_names_by_words(toy_memory: MemoryGraph) -> None:
    asked = [{"lucene": "", "plain": "Lipsticks", "limit": 10}]
    found = toy_memory.read("resolve/text_products", requests=asked)
    assert sorted(ids(found)) == ["lipacme", "lippink", "lipred"]
    named = toy_memory.read("resolve/text_entities", requests=asked)
    assert [(row["label"], row["id"]) for row in named] == [("Category", "beauty/lips/lipsticks")]


def test_exact_search_finds_codes_and_forgives_a_typo(toy_memory: MemoryGraph) -> None:
    asked = [{"lucene": "", "plain": text, "limit": 1} for text in ("lipacme", "Balmm")]
    assert ids(toy_memory.read("resolve/exact_products", requests=asked)) == ["lipacme", "balm"]


def test_several_reads_answer_in_their_order(toy_memory: MemoryGraph) -> None:
    calls = [("resolve/subtree", {"category_ids": [name]}) for name in ("shoes", "beauty/lips")]
    assert [len(rows) for rows in toy_memory.read_all(calls)] == [3, 3]
