"""Loading: exactly these nodes and relationships, once, and only what changed."""

from collections import Counter
from pathlib import Path

import pytest
from neo4j import Driver

from kg.errors import GraphError, RejectsError, SourceError
from kg.graph.neo4j import Neo4jGraph
from tests.shops import Shop, build, clear, everything, meta, nodes, relationships

pytestmark = pytest.mark.neo4j

CATEGORIES = {
    "shoes": ("Shoes", 0),
    "shoes/running shoes": ("Running Shoes", 1),
    "shoes/sandals": ("Sandals", 1),
    "clothing": ("Clothing", 0),
    "clothing/socks": ("Socks", 1),
    "clothing/shirts": ("Shirts", 1),
    "beauty": ("Beauty", 0),
    "beauty/lips": ("Lips", 1),
    "beauty/lips/lipsticks": ("Lipsticks", 2),
    "beauty/lips/lip balms": ("Lip Balms", 2),
}
PLACES = {
    "runner": ("acme", "shoes/running shoes"),
    "trail": ("acme", "shoes/running shoes"),
    "racer": ("bolt", "shoes/running shoes"),
    "sandal": ("cove", "shoes/sandals"),
    "sock": ("bolt", "clothing/socks"),
    "woolsock": ("cove", "clothing/socks"),
    "shirt": ("acme", "clothing/shirts"),
    "lipred": ("rosa", "beauty/lips/lipsticks"),
    "lippink": ("rosa", "beauty/lips/lipsticks"),
    "lipacme": ("acme", "beauty/lips/lipsticks"),
    "balm": ("rosa", "beauty/lips/lip balms"),
    "soap": (None, "beauty"),
}
DERIVED = ("BOUGHT_NEXT", "BOUGHT_WITH")
EVENTS = {
    "BOUGHT": [
        *(("ann", p) for p in ("runner", "sock", "shirt")),
        *(("bob", p) for p in ("runner", "sock")),
        *(("cat", p) for p in ("lipred", "balm")),
        ("dan", "runner"),
        *(("eve", p) for p in ("lipred", "lippink")),
    ],
    "LIKED": [("bob", "trail")],
    "RATED": [("cat", "lippink"), ("dan", "trail")],
    "VIEWED": [("dan", "sandal"), ("fay", "soap")],
    "ADDED_TO_CART": [("eve", "lippink")],
}


@pytest.fixture
def graph(neo4j_connection: Neo4jGraph, neo4j_driver: Driver) -> Neo4jGraph:
    """Without nodes; constraints and indexes stay, whose making is most of a small build."""
    clear(neo4j_driver)
    return neo4j_connection


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_the_toy_shop_becomes_exactly_these_nodes(graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    build(graph)
    found = nodes(neo4j_driver)
    assert set(found) == {
        *(("Product", id_) for id_ in PLACES),
        *(("User", id_) for id_ in ("ann", "bob", "cat", "dan", "eve", "fay")),
        *(("Brand", id_) for id_ in ("acme", "bolt", "cove", "rosa")),
        *(("Category", id_) for id_ in CATEGORIES),
    }
    assert found["Brand", "acme"] == {
        "brand_id": "acme",
        "name": "Acme",
        "name_key": "acm",
        "source": "toy_shop",
    }
    names = {
        id_: (row["name"], row["depth"]) for (kind, id_), row in found.items() if kind == "Category"
    }
    assert names == CATEGORIES
    assert found["Category", "beauty/lips/lipsticks"]["name_key"] == "lipstick"
    assert found["User", "ann"] == {"user_id": "ann", "source": "toy_shop"}


def test_a_product_has_the_properties_of_its_row(graph: Neo4jGraph, neo4j_driver: Driver) -> None:
    build(graph)
    found = nodes(neo4j_driver)
    balm = found["Product", "balm"]
    assert balm.pop("row_hash")
    assert balm == {
        "product_id": "balm",
        "title": "Rosa Lip Balm",
        "description": "Lip balm with shea butter",
        "price_minor": 350,
        "in_stock": True,  # its cell is empty
        "released_at": 1700000000,
        "source": "toy_shop",
        "popularity": pytest.approx(0.952, abs=0.001),  # one user, 6.4 of 90 days ago
        "mean_age": pytest.approx(6.379630, abs=1e-6),
        "mean_place": 0.5,
    }
    assert found["Product", "racer"]["in_stock"] is False
    assert "description" not in found["Product", "soap"]


def test_the_toy_shop_becomes_exactly_these_relationships(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    build(graph)
    assert relationships(neo4j_driver) == Counter(
        [
            *((id_, "MADE_BY", brand) for id_, (brand, _) in PLACES.items() if brand),
            *((id_, "IN_CATEGORY", category) for id_, (_, category) in PLACES.items()),
            *(
                (id_, "SUBCATEGORY_OF", id_.rpartition("/")[0])
                for id_, (_, depth) in CATEGORIES.items()
                if depth
            ),
            *((user, type_, p) for type_, pairs in EVENTS.items() for user, p in pairs),
            *(("runner", "BOUGHT_NEXT", p) for p in ("sock", "shirt", "trail")),
            *(("sock", "BOUGHT_NEXT", p) for p in ("shirt", "trail")),
            *(("lipred", "BOUGHT_NEXT", p) for p in ("lippink", "balm")),
            ("balm", "BOUGHT_NEXT", "lippink"),
            ("runner", "BOUGHT_WITH", "sock"),
            ("sock", "BOUGHT_WITH", "runner"),
        ]
    )


def test_events_have_their_moment_value_order_and_source(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    build(graph)
    with neo4j_driver.session() as session:
        found = session.run(
            "MATCH (:User {user_id: 'cat'})-[e]->(p)"
            " RETURN p.product_id AS p, e{.*, event_id: 0} AS e"
        ).data()
    assert {row["p"]: row["e"] for row in found} == {
        "lipred": {"event_id": 0, "at": 1735862400, "order_id": "o5", "source": "toy_shop"},
        "balm": {"event_id": 0, "at": 1735948800, "order_id": "o6", "source": "toy_shop"},
        "lippink": {"event_id": 0, "at": 1736035200, "value": 5.0, "source": "toy_shop"},
    }


@pytest.mark.parametrize("force", [False, True])
def test_the_same_source_twice_changes_nothing_and_says_so(
    graph: Neo4jGraph, neo4j_driver: Driver, force: bool
) -> None:
    first = build(graph)
    before = everything(neo4j_driver)
    second = build(graph, force=force)
    assert everything(neo4j_driver) == before
    assert not first.unchanged
    assert second.unchanged
    assert second.revision == first.revision
    written = {what for counts in second.changes.values() for what in counts}
    assert written == ({"unchanged"} if force else set())


def test_a_changed_row_changes_just_that(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop)
    before, edges = everything(neo4j_driver)
    shop.replace("products.csv", "89.90", "79.90")
    summary = build(graph, shop)
    assert summary.changes["Product"] == {"changed": 1, "unchanged": 11}
    after, edges_after = everything(neo4j_driver)
    assert edges_after == edges
    assert after["Product", "runner"]["price_minor"] == 7990
    differing = {key for key, row in after.items() if row != before[key]}
    assert differing == {("Product", "runner")}


def test_an_emptied_cell_takes_its_property_away(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop)
    shop.replace("products.csv", "Warm wool sock for winter", "")
    build(graph, shop)
    assert "description" not in nodes(neo4j_driver)["Product", "woolsock"]


def test_a_product_that_moves_loses_its_old_brand_and_category(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop)
    shop.replace("products.csv", ",Cove,Clothing > Socks,", ",Bolt,Clothing > Warm Socks,")
    summary = build(graph, shop)
    found = relationships(neo4j_driver, "MADE_BY", "IN_CATEGORY")
    assert {key: n for key, n in found.items() if key[0] == "woolsock"} == {
        ("woolsock", "MADE_BY", "bolt"): 1,
        ("woolsock", "IN_CATEGORY", "clothing/warm socks"): 1,
    }
    assert summary.changes["MADE_BY"] == {"created": 1, "removed": 1, "unchanged": 10}
    assert summary.changes["Category"] == {"created": 1, "unchanged": 10}


def test_a_product_without_brand_any_more_loses_it(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop)
    shop.replace("products.csv", ",Rosa,Beauty > Lips > Lip Balms,", ",,,")
    build(graph, shop)
    found = relationships(neo4j_driver, "MADE_BY", "IN_CATEGORY")
    assert [key for key in found if key[0] == "balm"] == []


def test_a_brand_is_called_what_most_rows_call_it(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    shop.replace("products.csv", "paths,Acme,", "paths,ACME,")
    build(graph, shop)
    assert nodes(neo4j_driver)["Brand", "acme"]["name"] == "Acme"
    for text in ("road races", "running shirt", "red lipstick"):
        shop.replace("products.csv", f"{text},Acme,", f"{text},ACME,")
    summary = build(graph, shop)
    assert nodes(neo4j_driver)["Brand", "acme"]["name"] == "ACME"
    assert summary.changes["Brand"] == {"changed": 1, "unchanged": 3}


def test_a_changed_rating_changes_its_event_and_a_new_one_is_added(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    build(graph, shop)
    shop.replace("events.csv", "trail,RATED,1736208000,2", "trail,RATED,1736208000,5")
    shop.append("events.csv", "gus,soap,BOUGHT,1736400000,,o10")
    summary = build(graph, shop)
    assert summary.changes["RATED"] == {"changed": 1, "unchanged": 1}
    assert summary.changes["BOUGHT"] == {"created": 1, "unchanged": 10}
    assert summary.changes["User"] == {"created": 1}
    # dan now likes the trail shoe, after the runner.
    assert ("runner", "BOUGHT_NEXT", "trail") in relationships(neo4j_driver)
    assert summary.totals["RATED"] == 2


def test_identical_rows_are_one_event(graph: Neo4jGraph, shop: Shop) -> None:
    shop.append("events.csv", *(["ann,runner,BOUGHT,1735689600,,o1"] * 3))
    summary = build(graph, shop)
    assert summary.totals["BOUGHT"] == 10


def test_events_of_unknown_products_are_rejected_with_their_lines(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop, tmp_path: Path
) -> None:
    shop.append("events.csv", "ann,ghost,BOUGHT,1735689600,,o1", "zoe,ghost,VIEWED,1735689600,,")
    listed = tmp_path / "rejects.csv"
    summary = build(graph, shop, rejects=listed)
    assert summary.rejects == {"unknown_product": 2}
    assert listed.read_text(encoding="utf-8").splitlines() == [
        "file,line,code,reason",
        "events.csv,18,unknown_product,the catalogue has no product ghost",
        "events.csv,19,unknown_product,the catalogue has no product ghost",
    ]
    assert ("User", "zoe") not in nodes(neo4j_driver)
    assert build(graph, shop, rejects=listed).rejects == {"unknown_product": 2}


def test_strict_writes_nothing_where_a_row_would_be_rejected(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop
) -> None:
    shop.append("events.csv", "ann,ghost,BOUGHT,1735689600,,o1")
    with pytest.raises(RejectsError, match="line 18: the catalogue has no product ghost"):
        build(graph, shop, strict=True)
    assert nodes(neo4j_driver) == {}
    build(graph, shop)
    with pytest.raises(RejectsError, match="line 18: the catalogue has no product ghost"):
        build(graph, shop, strict=True)  # that nothing has changed makes it no better
    shop.drop("events.csv", "ann,ghost")
    assert build(graph, shop, strict=True).totals["Product"] == 12


def test_events_alone_load_onto_products_that_are_there(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop, tmp_path: Path
) -> None:
    build(graph, shop)
    more = tmp_path / "more"
    more.mkdir()
    (more / "events.csv").write_text("user_id,product_id,type,at\nann,soap,LIKED,1736500001\n")
    build(graph, more)
    assert ("ann", "LIKED", "soap") in relationships(neo4j_driver)
    assert nodes(neo4j_driver)["Product", "soap"]["source"] == "shop"


def test_events_without_any_product_are_refused(graph: Neo4jGraph, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("user_id,product_id,type,at\nann,soap,LIKED,1736500001\n")
    with pytest.raises(SourceError, match="load a catalogue first"):
        build(graph, tmp_path)


def test_another_source_adds_what_it_knows_and_takes_nothing_away(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    build(graph)
    prices = tmp_path / "prices"
    prices.mkdir()
    (prices / "products.csv").write_text("product_id,title,price\nrunner,Acme Runner 2,79.90\n")
    for _ in range(2):
        build(graph, prices)
        runner = nodes(neo4j_driver)["Product", "runner"]
        assert (runner["title"], runner["price_minor"]) == ("Acme Runner 2", 7990)
        assert runner["description"] == "Light running shoe for road races"
        assert runner["source"] == "toy_shop"
        assert relationships(neo4j_driver)["runner", "MADE_BY", "acme"] == 1
        assert relationships(neo4j_driver)["runner", "IN_CATEGORY", "shoes/running shoes"] == 1


def test_an_event_id_that_another_source_uses_for_another_event_is_rejected(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    build(graph)
    for name, row in (("one", "1,ann,soap"), ("two", "1,bob,soap")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.csv").write_text(
            f"event_id,user_id,product_id,type,at\n{row},LIKED,1736500001\n"
        )
    assert build(graph, tmp_path / "one").rejects == {}
    assert build(graph, tmp_path / "two").rejects == {"event_id_taken": 1}
    assert ("bob", "LIKED", "soap") not in relationships(neo4j_driver)


def test_an_event_whose_row_names_another_product_moves(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    build(graph)
    rows = "event_id,user_id,product_id,type,at\n1,ann,{},LIKED,1736500001\n"
    (tmp_path / "events.csv").write_text(rows.format("soap"))
    build(graph, tmp_path)
    (tmp_path / "events.csv").write_text(rows.format("balm"))
    build(graph, tmp_path)
    found = relationships(neo4j_driver, "LIKED")
    assert found == Counter([("bob", "LIKED", "trail"), ("ann", "LIKED", "balm")])


def test_prune_removes_what_the_source_wrote_and_no_longer_has(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop, tmp_path: Path
) -> None:
    build(graph, shop)
    shop.drop("products.csv", "soap")
    shop.drop("events.csv", "fay")
    shop.drop("products.csv", "sandal")
    shop.drop("events.csv", "dan,sandal")
    shop.drop("events.csv", "eve,lippink,BOUGHT")
    summary = build(graph, shop)
    assert summary.totals["Product"] == 12  # not without --prune
    summary = build(graph, shop, prune=True)
    assert build(graph, shop, prune=True).unchanged
    pruned = everything(neo4j_driver)
    clear(neo4j_driver)
    build(graph, shop)
    assert pruned == everything(neo4j_driver)
    removed = {kind: counts.get("removed", 0) for kind, counts in summary.changes.items()}
    assert {kind: n for kind, n in removed.items() if n and kind not in DERIVED} == {
        "Product": 2,
        "User": 1,
        "Category": 1,  # sandals; beauty still holds lips
        "VIEWED": 2,
        "BOUGHT": 1,
    }


def test_prune_leaves_what_other_sources_wrote_or_need(
    graph: Neo4jGraph, neo4j_driver: Driver, shop: Shop, tmp_path: Path
) -> None:
    build(graph, shop)
    more = tmp_path / "more"
    more.mkdir()
    (more / "products.csv").write_text("product_id,title,brand\nmug,Cove Mug,Cove\n")
    (more / "events.csv").write_text(
        "user_id,product_id,type,at\nann,soap,LIKED,1736500001\nhal,mug,LIKED,1736500001\n"
    )
    build(graph, more)
    shop.drop("products.csv", "soap")
    shop.drop("products.csv", "woolsock")
    shop.drop("products.csv", "sandal")
    summary = build(graph, shop, prune=True)
    found = nodes(neo4j_driver)
    assert ("Product", "soap") in found  # ann's like, of the other source, is about it
    assert ("Product", "woolsock") not in found
    assert ("Product", "mug") in found
    assert ("Brand", "cove") in found  # the mug's
    assert relationships(neo4j_driver, "LIKED")["ann", "LIKED", "soap"] == 1
    assert summary.changes["Product"]["kept for other sources"] == 1


def test_another_clock_is_one_clear_error(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    build(graph)
    before = everything(neo4j_driver)
    (tmp_path / "events.csv").write_text("user_id,product_id,position\nann,soap,0\n")
    with pytest.raises(GraphError, match=r"the graph's events have times, those of .* positions"):
        build(graph, tmp_path)
    assert everything(neo4j_driver) == before


def test_another_currency_is_one_clear_error(
    graph: Neo4jGraph, neo4j_driver: Driver, tmp_path: Path
) -> None:
    build(graph)
    assert meta(neo4j_driver)["currency"] == "USD"
    (tmp_path / "products.csv").write_text("product_id,title,price,currency\nmug,Mug,5.00,EUR\n")
    with pytest.raises(GraphError, match=r"prices are in USD, those of .* in EUR"):
        build(graph, tmp_path)
    assert ("Product", "mug") not in nodes(neo4j_driver)
