"""Each query for Browser, as pasted, on the toy shop: its exact rows, worked out by hand."""

from typing import Any

import pytest
from neo4j.graph import Path

from kg.graph.neo4j import Neo4jGraph
from kg.queries import names, query

pytestmark = pytest.mark.neo4j


def rows(toy_graph: Neo4jGraph, name: str, **literals: str) -> list[tuple[Any, ...]]:
    """The rows of a query as pasted, with other literals put into its first WITH."""
    text = query(f"explore/{name}").text
    for literal, value in literals.items():
        assert f"'' AS {literal}" in text
        text = text.replace(f"'' AS {literal}", f"'{value}' AS {literal}", 1)
    found = toy_graph.ask(text)
    assert all(tuple(row) == query(f"explore/{name}").columns for row in found)
    return [tuple(row.values()) for row in found]


def drawn(paths: list[tuple[Path]]) -> set[str]:
    """What Browser draws: each relationship as text."""
    return {
        f"{key(r.start_node)} {r.type} {key(r.end_node)}"
        for (path,) in paths
        for r in path.relationships
    }


def key(node: Any) -> str:
    return str(next(node[name] for name in node if name.endswith("_id")))


def test_what_people_bought_after_the_most_popular_product(toy_graph: Neo4jGraph) -> None:
    # runner is wanted by three, sock by two, shirt and trail by one. Sock follows at once, twice:
    # 2 / (sqrt(3 * 2) + 30). Shirt and trail follow one later, once: .7 / (sqrt(3 * 1) + 30).
    assert rows(toy_graph, "bought_after") == [
        ("Acme Runner Shoe", "sock", "Bolt Running Sock", "Bolt", 2, 0.062),
        ("Acme Runner Shoe", "shirt", "Acme Running Shirt", "Acme", 1, 0.022),
        ("Acme Runner Shoe", "trail", "Acme Trail Shoe", "Acme", 1, 0.022),
    ]


def test_what_people_bought_after_a_product_that_is_named(toy_graph: Neo4jGraph) -> None:
    found = rows(toy_graph, "bought_after", product_id="lipred")
    assert [(row[1], row[4]) for row in found] == [("lippink", 2), ("balm", 1)]
    assert rows(toy_graph, "bought_after", product_id="nothing") == []


def test_every_way_from_the_most_popular_product_to_what_follows_it(toy_graph: Neo4jGraph) -> None:
    # Of different brands, and without a category above both.
    assert drawn(rows(toy_graph, "why_related")) == {
        "runner BOUGHT_NEXT sock",
        "runner BOUGHT_WITH sock",
        "sock BOUGHT_WITH runner",
        "ann BOUGHT runner",
        "ann BOUGHT sock",
        "bob BOUGHT runner",
        "bob BOUGHT sock",
    }


def test_every_way_between_two_products_that_are_named(toy_graph: Neo4jGraph) -> None:
    assert drawn(rows(toy_graph, "why_related", product_id="lipacme", other_id="balm")) == {
        "lipacme IN_CATEGORY beauty/lips/lipsticks",
        "beauty/lips/lipsticks SUBCATEGORY_OF beauty/lips",
        "beauty/lips/lip balms SUBCATEGORY_OF beauty/lips",
        "balm IN_CATEGORY beauty/lips/lip balms",
    }
    # dan's two stars for trail are no wish.
    assert drawn(rows(toy_graph, "why_related", product_id="trail", other_id="runner")) == {
        "runner BOUGHT_NEXT trail",
        "runner MADE_BY acme",
        "trail MADE_BY acme",
        "runner IN_CATEGORY shoes/running shoes",
        "trail IN_CATEGORY shoes/running shoes",
        "bob BOUGHT runner",
        "bob LIKED trail",
    }


def test_the_taste_of_the_busiest_user(toy_graph: Neo4jGraph) -> None:
    assert rows(toy_graph, "user_taste") == [
        ("ann", "brand", "Acme", 2, 0.67, "2025-01-08"),
        ("ann", "category", "Shirts", 1, 0.33, "2025-01-08"),
        ("ann", "brand", "Bolt", 1, 0.33, "2025-01-01"),
        ("ann", "category", "Running Shoes", 1, 0.33, "2025-01-01"),
        ("ann", "category", "Socks", 1, 0.33, "2025-01-01"),
    ]


def test_a_users_path_in_order(toy_graph: Neo4jGraph) -> None:
    assert rows(toy_graph, "user_path", user_id="dan") == [
        (
            "dan",
            "2025-01-06T00:00:00Z",
            "BOUGHT",
            "runner",
            "Acme Runner Shoe",
            "Running Shoes",
            None,
        ),
        ("dan", "2025-01-07T00:00:00Z", "RATED", "trail", "Acme Trail Shoe", "Running Shoes", 2.0),
        ("dan", "2025-01-08T01:33:20Z", "VIEWED", "sandal", "Cove Beach Sandal", "Sandals", None),
    ]


def test_suggestions_lead_from_what_a_user_wanted_to_what_is_new_to_them(
    toy_graph: Neo4jGraph,
) -> None:
    # Trail followed runner and sock; shirt, which followed both as well, is ann's already.
    assert drawn(rows(toy_graph, "suggestions")) == {
        "ann BOUGHT runner",
        "runner BOUGHT_NEXT trail",
        "ann BOUGHT sock",
        "sock BOUGHT_NEXT trail",
    }


def test_brands_that_share_buyers(toy_graph: Neo4jGraph) -> None:
    # Acme: ann, bob, dan. Bolt: ann, bob. Rosa: cat, eve.
    assert rows(toy_graph, "shared_buyers") == [("Acme", "Bolt", 2, 0.67, 1.0)]


def test_products_that_nobody_finds(toy_graph: Neo4jGraph) -> None:
    # racer is out of stock; sandal and soap were viewed.
    assert rows(toy_graph, "never_found") == [
        ("lipacme", "Acme Red Lipstick", "Acme", "Lipsticks", 2),
        ("woolsock", "Cove Wool Sock", "Cove", "Socks", 1),
    ]


def test_cold_products_with_the_best_of_their_brand_and_shelf(toy_graph: Neo4jGraph) -> None:
    runner, pink, red = "Acme Runner Shoe", "Rosa Pink Lipstick", "Rosa Red Lipstick"
    found = [(row[0], *row[3:]) for row in rows(toy_graph, "cold_products")]
    assert found == [
        ("lipacme", 0, "Acme", runner, "Lipsticks", pink),
        ("sandal", 0, "Cove", "Cove Wool Sock", "Sandals", None),
        ("soap", 0, None, None, "Beauty", None),
        ("woolsock", 0, "Cove", "Cove Beach Sandal", "Socks", "Bolt Running Sock"),
        ("balm", 1, "Rosa", pink, "Lip Balms", None),
        ("shirt", 1, "Acme", runner, "Shirts", None),
        ("trail", 1, "Acme", runner, "Running Shoes", runner),
        ("lippink", 2, "Rosa", red, "Lipsticks", red),
        ("lipred", 2, "Rosa", pink, "Lipsticks", pink),
        ("sock", 2, "Bolt", "Bolt Racer Shoe", "Socks", "Cove Wool Sock"),
    ]
    assert {row[2] for row in rows(toy_graph, "cold_products")} == {"2023-11-14"}


def test_the_category_tree_counts_itself_and_what_is_below(toy_graph: Neo4jGraph) -> None:
    assert [row[:3] for row in rows(toy_graph, "category_tree")] == [
        ("Beauty", 1, 4),
        ("· Lips", 0, 4),
        ("· · Lip Balms", 1, 0),
        ("· · Lipsticks", 3, 0),
        ("Clothing", 0, 3),
        ("· Shirts", 1, 0),
        ("· Socks", 2, 0),
        ("Shoes", 0, 4),
        ("· Running Shoes", 3, 0),
        ("· Sandals", 1, 0),
    ]


def test_best_sellers_of_a_category_and_what_is_below_it(toy_graph: Neo4jGraph) -> None:
    assert rows(toy_graph, "best_sellers") == [
        ("Lipsticks", "lippink", "Rosa Pink Lipstick", "Rosa", 890, True, 2, 1.958),
        ("Lipsticks", "lipred", "Rosa Red Lipstick", "Rosa", 790, True, 2, 1.936),
        ("Lipsticks", "lipacme", "Acme Red Lipstick", "Acme", 590, True, 0, 0.0),
    ]
    found = rows(toy_graph, "best_sellers", category_id="beauty")
    assert [row[1] for row in found] == ["lippink", "lipred", "balm", "lipacme", "soap"]


def test_what_is_bought_together_from_different_shelves(toy_graph: Neo4jGraph) -> None:
    # The only order of two products is ann's: 1 / (sqrt(3 * 2) + 30).
    assert rows(toy_graph, "across_categories") == [
        ("Acme Runner Shoe", "Running Shoes", "Bolt Running Sock", "Socks", 1, 0.031)
    ]


def test_what_the_data_lack(toy_graph: Neo4jGraph) -> None:
    assert rows(toy_graph, "data_quality") == [
        ("product without an image", 12, ["balm", "lipacme", "lippink"]),
        ("product out of stock", 1, ["racer"]),
        ("product without a brand", 1, ["soap"]),
        ("product without a description", 1, ["soap"]),
    ]


def test_how_much_there_is_of_everything(toy_graph: Neo4jGraph) -> None:
    assert [(row[1], row[2]) for row in rows(toy_graph, "contents")] == [
        ("Product", 12),
        ("Brand", 4),
        ("Category", 10),
        ("User", 6),
        ("VIEWED", 2),
        ("ADDED_TO_CART", 1),
        ("BOUGHT", 10),
        ("LIKED", 1),
        ("RATED", 2),
        ("MADE_BY", 11),
        ("IN_CATEGORY", 12),
        ("SUBCATEGORY_OF", 7),
        ("BOUGHT_NEXT", 8),
        ("BOUGHT_WITH", 2),
    ]


def test_what_the_graph_was_built_with(toy_graph: Neo4jGraph) -> None:
    found = dict(rows(toy_graph, "built_with"))
    assert (found["clock"], found["currency"], found["language"]) == ("time", "USD", "english")


def test_the_schema_joins_each_kind_of_node_to_the_others(toy_graph: Neo4jGraph) -> None:
    [(nodes, relationships)] = rows(toy_graph, "schema")
    assert {node["name"] for node in nodes} == {"Product", "User", "Brand", "Category", "KgrecMeta"}
    assert {(r.start_node["name"], r.type, r.end_node["name"]) for r in relationships} >= {
        ("User", "BOUGHT", "Product"),
        ("Product", "BOUGHT_NEXT", "Product"),
        ("Product", "IN_CATEGORY", "Category"),
        ("Category", "SUBCATEGORY_OF", "Category"),
        ("Product", "MADE_BY", "Brand"),
    }


def test_every_query_runs_as_pasted_on_an_empty_graph(neo4j_graph: Neo4jGraph) -> None:
    found = {name: len(neo4j_graph.ask(query(name).text)) for name in names("explore")}
    always = {"explore/contents": 14, "explore/schema": 1}
    assert found == {name: always.get(name, 0) for name in names("explore")}


@pytest.mark.parametrize("name", names("explore"))
def test_every_query_needs_nothing_but_itself(name: str) -> None:
    assert query(name).params == ()
    assert query(name).text.startswith("CYPHER 25\n// ")
    assert ";" not in query(name).text  # Browser would take what follows for another statement
