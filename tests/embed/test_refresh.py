"""Text vectors kept fresh: only what is stale is encoded, and models are never mixed."""

from typing import Any

import numpy as np
import pytest
from neo4j import Driver

from kg.embed.encoder import Encoder
from kg.embed.refresh import embed_stale
from kg.embed.slots import ensure_indexes, served_text, vector_indexes
from kg.errors import GraphError
from kg.graph.neo4j import Neo4jGraph

pytestmark = pytest.mark.neo4j

ALL = "MATCH (n:Product|Brand|Category) "


def test_every_node_with_a_text_gets_the_vector_of_its_text(
    shop: Neo4jGraph, encoder: Encoder
) -> None:
    done = embed_stale(shop, encoder)
    assert (done.nodes, done.embedded, done.without_text, done.left) == (6, 5, 0, 0)
    expected = encoder.encode(["Wool Sock", "Acme", "Shoes", "Shoes > Running"])
    ids = ["sock", "acme", "shoes", "shoes/running"]
    np.testing.assert_allclose([_vectors(shop, "a")[each] for each in ids], expected, atol=1e-5)
    assert "nameless" not in _vectors(shop, "a")


def test_the_graph_says_which_model_its_vectors_are_of(shop: Neo4jGraph, encoder: Encoder) -> None:
    embed_stale(shop, encoder)
    served = served_text(shop)
    assert (served.slot, served.encoder, served.revision, served.dimension) == (
        ("a", "all-MiniLM-L6-v2", encoder.revision, 384)
    )


def test_vectors_are_found_by_the_index(shop: Neo4jGraph, encoder: Encoder) -> None:
    embed_stale(shop, encoder)
    near = shop.read("resolve/vector_products_a", vectors=list(encoder.encode(["socks"])), limit=1)
    assert near == [{"request": 0, "product_id": "sock"}]
    near = shop.read(
        "resolve/vector_entities_a", vectors=list(encoder.encode(["running"])), limit=1
    )
    assert [row["id"] for row in near] == ["shoes/running"]


def test_unchanged_texts_are_not_encoded_again(shop: Neo4jGraph, encoder: Encoder) -> None:
    embed_stale(shop, encoder)
    before = _revision(shop)
    again = embed_stale(shop, encoder)
    assert (again.nodes, again.embedded, again.without_text) == (6, 0, 0)
    assert _revision(shop) == before


def test_a_changed_text_is_embedded_alone_and_equals_a_full_run(
    shop: Neo4jGraph, encoder: Encoder, neo4j_driver: Driver
) -> None:
    embed_stale(shop, encoder)
    before = _revision(shop)
    _run(neo4j_driver, "MATCH (p:Product {product_id: 'sock'}) SET p.title = 'Silk Scarf'")
    assert embed_stale(shop, encoder).embedded == 1
    assert _revision(shop) == before + 1
    refreshed = _vectors(shop, "a")
    _run(neo4j_driver, ALL + "REMOVE n.text_embedding_a, n.text_hash")
    assert embed_stale(shop, encoder).embedded == 5
    for each, vector in _vectors(shop, "a").items():
        np.testing.assert_allclose(refreshed[each], vector, atol=1e-5)


def test_a_product_that_lost_its_text_loses_its_vector(
    shop: Neo4jGraph, encoder: Encoder, neo4j_driver: Driver
) -> None:
    embed_stale(shop, encoder)
    _run(neo4j_driver, "MATCH (p:Product {product_id: 'sock'}) REMOVE p.title")
    done = embed_stale(shop, encoder)
    assert (done.embedded, done.without_text) == (0, 1)
    assert "sock" not in _vectors(shop, "a")
    assert embed_stale(shop, encoder).without_text == 0


def test_a_new_model_fills_the_other_slot_and_then_replaces_the_old(
    shop: Neo4jGraph, encoder: Encoder, tiny: Encoder
) -> None:
    embed_stale(shop, encoder)
    done = embed_stale(shop, tiny)
    assert (done.slot, done.embedded, done.switched) == ("b", 5, True)
    assert (served_text(shop).slot, served_text(shop).dimension) == ("b", 16)
    assert vector_indexes(shop)["product_text_b"].dimension == 16
    assert len(_vectors(shop, "b")) == 5
    assert _vectors(shop, "a") == {}
    near = shop.read("resolve/vector_products_b", vectors=list(tiny.encode(["Wool Sock"])), limit=1)
    assert near == [{"request": 0, "product_id": "sock"}]


def test_back_to_the_first_model_embeds_all_again(
    shop: Neo4jGraph, encoder: Encoder, tiny: Encoder
) -> None:
    for model in (encoder, tiny):
        embed_stale(shop, model)
    done = embed_stale(shop, encoder)
    assert (done.slot, done.embedded, done.switched) == ("a", 5, True)
    assert _vectors(shop, "b") == {}


def test_an_interrupted_switch_serves_the_old_model_and_goes_on_where_it_was(
    shop: Neo4jGraph, encoder: Encoder, tiny: Encoder
) -> None:
    embed_stale(shop, encoder)
    with pytest.raises(KeyboardInterrupt):
        embed_stale(shop, tiny, _interrupted_after(6))
    assert served_text(shop).slot == "a"
    assert len(_vectors(shop, "a")) == 5
    done = embed_stale(shop, tiny)
    assert (done.embedded, done.switched) == (2, True)
    assert len(_vectors(shop, "b")) == 5


def test_a_model_given_up_half_way_leaves_no_trace(
    shop: Neo4jGraph, encoder: Encoder, tiny: Encoder
) -> None:
    embed_stale(shop, encoder)
    with pytest.raises(KeyboardInterrupt):
        embed_stale(shop, tiny, _interrupted_after(6))
    assert embed_stale(shop, encoder).switched is False
    assert _vectors(shop, "b") == {}
    expected = encoder.encode(["Acme"])[0]
    np.testing.assert_allclose(_vectors(shop, "a")["acme"], expected, atol=1e-5)


def test_a_dry_run_counts_and_changes_nothing(shop: Neo4jGraph, encoder: Encoder) -> None:
    done = embed_stale(shop, encoder, dry_run=True)
    assert (done.left, done.embedded) == (5, 0)
    assert _vectors(shop, "a") == {}
    assert vector_indexes(shop) == {}


def test_an_index_for_another_dimension_is_made_again(shop: Neo4jGraph, tiny: Encoder) -> None:
    ensure_indexes(shop, "a", 384)
    ensure_indexes(shop, "a", 16)
    found = vector_indexes(shop)
    assert {name: index.dimension for name, index in found.items()} == {
        "entity_text_vector_a": 16,
        "entity_text_vector_b": 384,
        "product_text_a": 16,
        "product_text_b": 384,
    }


def test_a_graph_that_kgrec_has_not_built_is_refused(
    neo4j_graph: Neo4jGraph, encoder: Encoder
) -> None:
    with pytest.raises(GraphError, match="fill it with kgrec build-graph SOURCE"):
        embed_stale(neo4j_graph, encoder)


def _interrupted_after(nodes: int) -> Any:
    """A progress that stops the work, as Ctrl-C does, when so many nodes were looked at."""

    def progress(stage: str, done: int, total: int | None = None) -> None:
        if done >= nodes:
            raise KeyboardInterrupt

    return progress


def _vectors(graph: Neo4jGraph, slot: str) -> dict[str, list[float]]:
    text = ALL + (
        f"WHERE n.text_embedding_{slot} IS NOT NULL"
        " RETURN coalesce(n.product_id, n.brand_id, n.category_id) AS id,"
        f" n.text_embedding_{slot} AS vector"
    )
    return {row["id"]: row["vector"] for row in graph.ask("CYPHER 25 " + text)}


def _revision(graph: Neo4jGraph) -> int:
    return int(graph.ask("CYPHER 25 MATCH (m:KgrecMeta) RETURN m.revision AS r")[0]["r"])


def _run(driver: Driver, cypher: str) -> None:
    with driver.session() as session:
        session.run(cypher).consume()
