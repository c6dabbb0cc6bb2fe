"""A shop in arrays: read from its files, from Neo4j, or as it was earlier."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import polars as pl
import pytest
from neo4j import Driver
from numpy.typing import NDArray

from kg.build import BuildOptions, build_graph
from kg.embed.encoder import Encoder
from kg.errors import GraphError
from kg.graph.neo4j import Neo4jGraph
from kg.snapshot import Snapshot, cut, embedded, export, snapshot_of
from kg.snapshot.types import EVENT_TYPES, MISSING, Edges
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent / "toy_shop"


@pytest.fixture(scope="module")
def toy() -> Snapshot:
    return snapshot_of(open_source(TOY_SHOP))


def links(snapshot: Snapshot, edges: Edges) -> dict[tuple[str, str], float]:
    ids, weight = snapshot.products.ids, iter(edges.weight.tolist())
    return {(ids[a], ids[b]): next(weight) for a in range(len(ids)) for b in edges.of(a).tolist()}


def different(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two snapshots differ, field by field."""
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        found = [different(getattr(one, n), getattr(other, n), f"{path}.{n}") for n in names]
        return [each for part in found for each in part]
    if isinstance(one, np.ndarray):
        same = one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
        return [] if same else [path]
    return [] if one == other else [path]


def test_codes_follow_the_order_of_ids(toy: Snapshot) -> None:
    assert toy.products.ids[:4] == ("balm", "lipacme", "lippink", "lipred")
    assert toy.users == ("ann", "bob", "cat", "dan", "eve", "fay")
    assert toy.brands.ids == ("acme", "bolt", "cove", "rosa")
    assert toy.products.code["lipred"] == 3


def test_products_keep_what_their_rows_say(toy: Snapshot) -> None:
    soap, racer = toy.products.code["soap"], toy.products.code["racer"]
    assert toy.products.description[soap] is None
    assert toy.products.brand[soap] == MISSING
    assert (toy.products.price_minor[racer], toy.products.in_stock[racer]) == (12900, False)
    assert toy.products.in_stock[toy.products.code["balm"]]  # its row does not say


def test_categories_have_parents_depths_and_subtrees(toy: Snapshot) -> None:
    ids = toy.categories.ids
    lips = toy.categories.code["beauty/lips"]
    assert ids[toy.parent[lips]] == "beauty"
    assert toy.depth[toy.categories.code["beauty/lips/lipsticks"]] == 2
    assert [ids[code] for code in toy.subtree.of(lips)] == [
        "beauty/lips",
        "beauty/lips/lip balms",
        "beauty/lips/lipsticks",
    ]


def test_members_are_ordered_by_popularity(toy: Snapshot) -> None:
    members = toy.category_products.of(toy.categories.code["beauty/lips/lipsticks"])
    assert [toy.products.ids[code] for code in members] == ["lippink", "lipred", "lipacme"]


def test_events_are_ordered_by_user_and_time(toy: Snapshot) -> None:
    events, bob = toy.events, toy.user_code["bob"]
    his = slice(events.start[bob], events.start[bob + 1])
    assert [toy.products.ids[code] for code in events.product[his]] == ["runner", "sock", "trail"]
    assert [EVENT_TYPES[code] for code in events.type[his]] == ["BOUGHT", "BOUGHT", "LIKED"]
    assert events.order[his].tolist()[2] == MISSING


def test_a_cut_knows_nothing_of_what_came_later(toy: Snapshot) -> None:
    until = 1736294400  # ann buys a shirt then; bob's sock and trail come later
    before = cut(toy, until)
    assert (before.meta.until, len(before.events.at)) == (until, 8)
    assert links(before, before.derived.bought_next) == {
        ("runner", "sock"): pytest.approx(1 / (3**0.5 + 30)),
        ("lipred", "balm"): pytest.approx(1 / 31),
        ("lipred", "lippink"): pytest.approx(0.7 / 31),
        ("balm", "lippink"): pytest.approx(1 / 31),
    }
    assert before.derived.popularity[toy.products.code["shirt"]] == 0.0


def test_a_cut_is_what_the_source_gave_before_that_time(toy: Snapshot) -> None:
    until = 1736294400
    read = snapshot_of(open_source(TOY_SHOP), until=until)
    # Users and orders that came later keep their numbers in a cut.
    assert different(cut(toy, until).derived, read.derived) == []
    assert different(cut(toy, until).category_products, read.category_products) == []


def test_a_cut_leaves_out_products_that_came_out_later_as_reading_does(tmp_path: Path) -> None:
    until = 1736294400
    rows = (TOY_SHOP / "products.csv").read_text().splitlines()
    late = [row.replace("1700000000", str(until)) if "Red" in row else row for row in rows]
    (tmp_path / "products.csv").write_text("\n".join(late))
    (tmp_path / "events.csv").write_text((TOY_SHOP / "events.csv").read_text())
    shop = open_source(tmp_path)
    whole = embedded(snapshot_of(shop), letters, "letters")
    before, read = cut(whole, until), embedded(snapshot_of(shop, until=until), letters, "letters")
    assert set(whole.products.ids) - set(before.products.ids) == {"lipred", "lipacme"}
    for part in ("products", "brands", "categories", "product_categories", "derived", "text"):
        assert different(getattr(before, part), getattr(read, part), part) == []
    for part in ("brand_products", "category_products"):
        assert different(getattr(before, part), getattr(read, part), part) == []
    ids, cat = before.products.ids, before.user_code["cat"]
    hers = before.events.product[before.events.start[cat] : before.events.start[cat + 1]]
    assert [ids[code] for code in hers] == ["balm", "lippink"]  # and the red lipstick before


def test_products_that_came_out_later_are_not_read() -> None:
    assert snapshot_of(open_source(TOY_SHOP), until=1600000000).products.ids == ()


def letters(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([[len(text), text.count("a")] for text in texts], np.float32)


def test_vectors_are_those_of_the_texts_of_the_graph(toy: Snapshot) -> None:
    text = embedded(toy, letters, "letters").text
    assert text is not None
    # "Rosa Lip Balm. Lip Balms", "Acme", "Beauty > Lips > Lip Balms"
    assert text.product[toy.products.code["balm"]].tolist() == [24.0, 3.0]
    assert text.brand[toy.brands.code["acme"]].tolist() == [4.0, 0.0]
    assert text.category[toy.categories.code["beauty/lips/lip balms"]].tolist() == [25.0, 2.0]


@pytest.mark.neo4j
def test_the_graph_read_out_is_the_source_read_in(toy: Snapshot, neo4j_graph: Neo4jGraph) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP))
    encoder = Encoder()
    given = embedded(toy, encoder.encode, encoder.name, encoder.revision)
    read = export(neo4j_graph)
    assert read.text is not None
    assert given.text is not None
    for kind in ("product", "brand", "category"):
        one, other = getattr(read.text, kind), getattr(given.text, kind)
        assert np.abs(one - other).max() < 1e-5
    rest = [path for path in different(read, given) if not path.startswith(".text")]
    assert rest == [".meta.revision"]


@pytest.mark.neo4j
def test_a_shop_without_moments_is_the_same_in_the_graph_and_in_arrays(
    tmp_path: Path, neo4j_graph: Neo4jGraph
) -> None:
    copytree(TOY_SHOP, tmp_path / "shop")
    events = pl.read_csv(tmp_path / "shop" / "events.csv", infer_schema=False)
    at_once = events.with_columns(pl.lit("1735689600").alias("at")).drop("order_id")
    at_once.write_csv(tmp_path / "shop" / "events.csv")
    build_graph(neo4j_graph, open_source(tmp_path / "shop"), BuildOptions(embed=False))
    read, given = export(neo4j_graph), snapshot_of(open_source(tmp_path / "shop"))
    assert different(read, given) == [".meta.revision"]
    assert not len(read.derived.bought_next.to)
    # ann and bob have both, of three products: each adds 1 / sqrt(3).
    together = links(read, read.derived.bought_with)
    assert together["runner", "sock"] == round(2 / 3**0.5 / (6**0.5 + 30), 9)


@pytest.mark.neo4j
def test_an_empty_graph_says_how_to_fill_it(neo4j_graph: Neo4jGraph) -> None:
    with pytest.raises(GraphError, match="the graph is empty: fill it with kgrec build-graph"):
        export(neo4j_graph)


@pytest.mark.neo4j
def test_a_graph_without_vectors_is_read_without(
    neo4j_graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    with neo4j_driver.session() as session:
        session.run("CREATE (:KgrecMeta {id: 'kgrec', schema_version: 1, clock: 'time'})").consume()
        session.run("CREATE (:Product {product_id: 'shoe', popularity: 2.0})").consume()
    read = export(neo4j_graph)
    assert (read.products.ids, read.text, read.users) == (("shoe",), None, ())
    assert read.derived.popularity.tolist() == [2.0]


@pytest.mark.neo4j
def test_learned_vectors_come_from_the_slot_that_is_served(
    neo4j_graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    meta = "CREATE (:KgrecMeta {id: 'kgrec', schema_version: 1, clock: 'time', gnn_slot: 'b'})"
    with neo4j_driver.session() as session:
        session.run(meta).consume()
        session.run("CREATE (:Product {product_id: 'a', gnn_embedding_b: [0.5, 3.0]})").consume()
        session.run("CREATE (:Product {product_id: 'b', gnn_embedding_a: [9.0, 9.0]})").consume()
    learned = export(neo4j_graph).gnn
    assert learned is not None
    assert learned.tolist() == [[0.5, 3.0], [0.0, 0.0]]


def test_a_cut_forgets_learned_vectors_and_keeps_those_of_texts(toy: Snapshot) -> None:
    learned = replace(embedded(toy, letters, "letters"), gnn=np.ones((12, 2), np.float32))
    before = cut(learned, 1736294400)
    assert (before.gnn, before.meta.gnn_slot, before.text) == (None, None, learned.text)
