"""The doctor: silent on a sound graph; what breaks is named with the command that repairs it."""

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from neo4j import Driver

from gnn.tune import Trial
from gnn.tuned import as_shipped, write_paper
from gnn.write_back import write_back
from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.doctor import examine, is_broken
from kg.doctor.findings import Finding, ago
from kg.doctor.speed import scans_in
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.learned import Head
from kg.recommend.recipes import PAPER
from kg.refresh import refresh_embeddings
from kg.snapshot import export
from kg.sources import open_source
from tests.conftest import make_empty
from tests.graph.conftest import LEARNED

TOY_SHOP = Path(__file__).parent / "toy_shop"
NOW = 2_000_000_000


@pytest.fixture(scope="module")
def toy(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop, built; a test that breaks it repairs it."""
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(TOY_SHOP))
        yield graph


@pytest.mark.neo4j
def test_a_sound_graph_has_nothing_broken(toy: Neo4jGraph) -> None:
    found = [(each.level, each.about, each.what) for each in examine(toy)[1:]]
    assert found == [
        ("ok", "schema", "schema version 1"),
        ("ok", "constraints", "14 keys are held unique"),
        ("ok", "indexes", "11 indexes are online"),
        ("ok", "model", "all-MiniLM-L6-v2, 384 dimensions, slot a"),
        ("ok", "embeddings", "26 of 26 texts are embedded as they now are"),
        ("ok", "derived", "10 relationships, derived less than a minute ago"),
        ("ok", "learned", "no model is trained: users are served by the recipe paper"),
        ("ok", "refresh", "no refresh has run yet"),
        ("warn", "products", "1 of 12 products have no brand"),
        (
            "ok",
            "products",
            "3 of 12 products have no events: text, category and brand lead to them",
        ),
        ("ok", "plans", "10 queries of a request go by indexes"),
    ]


@pytest.mark.neo4j
def test_the_server_is_named_first(toy: Neo4jGraph) -> None:
    first = examine(toy)[0]
    assert (first.level, first.about) == ("ok", "server")
    assert first.what == f"Neo4j 2026.08.1 community at {toy.settings.uri}"


@pytest.mark.neo4j
def test_a_missing_constraint_and_index_are_made_again_by_a_build(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    _run(neo4j_driver, "DROP CONSTRAINT brand_key", "DROP INDEX product_exact")
    assert _problems(toy, "constraints", "indexes") == [
        Finding(
            "broken",
            "constraints",
            "not held unique: Brand.brand_id",
            "kgrec build-graph SOURCE",
        ),
        Finding("broken", "indexes", "index product_exact is missing", "kgrec build-graph SOURCE"),
    ]
    assert [each.what for each in _problems(toy, "plans")] == [
        "walk/brand reads everything (NodeByLabelScan)"
    ]
    build_graph(toy, open_source(TOY_SHOP), BuildOptions(force=True))
    assert not is_broken(examine(toy))


@pytest.mark.neo4j
def test_a_vector_index_of_another_dimension_is_made_again_by_refresh_embeddings(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    toy.run_auto("write/drop_index", index="product_text_a")
    options = {"indexConfig": {"vector.dimensions": 16}}
    toy.run_auto("write/create_product_text_a", options=options)
    _run(neo4j_driver, "DROP INDEX entity_text_vector_b")
    assert _problems(toy, "indexes") == [
        Finding(
            "broken",
            "indexes",
            "index entity_text_vector_b is missing",
            "kgrec refresh-embeddings",
        ),
        Finding(
            "broken",
            "indexes",
            "index product_text_a is for 16 dimensions, the vectors have 384",
            "kgrec refresh-embeddings",
        ),
    ]
    refresh_embeddings(toy)
    assert not is_broken(examine(toy))


@pytest.mark.neo4j
def test_a_changed_text_is_stale_until_refresh_embeddings(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    _run(neo4j_driver, "MATCH (b:Brand {brand_id: 'acme'}) SET b.name = 'ACME Inc.'")
    assert _problems(toy, "embeddings") == [
        Finding(
            "warn",
            "embeddings",
            "25 of 26 texts are embedded as they now are",
            "kgrec refresh-embeddings",
        )
    ]
    _run(neo4j_driver, "MATCH (b:Brand {brand_id: 'acme'}) SET b.name = 'Acme'")
    assert _problems(toy, "embeddings") == []


@pytest.mark.neo4j
def test_vectors_of_two_models_are_broken(toy: Neo4jGraph, neo4j_driver: Driver) -> None:
    change = "MATCH (p:Product {product_id: 'sock'}) SET p.text_embedding_a = %s, p.text_hash = 'x'"
    _run(neo4j_driver, change % "[1.0, 0.0]")
    _run(neo4j_driver, "MATCH (p:Product {product_id: 'balm'}) SET p.text_embedding_b = [1.0]")
    assert _problems(toy, "model") == [
        Finding(
            "broken",
            "model",
            "vectors of 2 lengths are mixed: 2, 384",
            "kgrec refresh-embeddings",
        ),
        Finding(
            "warn",
            "model",
            "1 vectors of a model that is not served take room",
            "kgrec refresh-embeddings",
        ),
    ]
    refresh_embeddings(toy)
    assert _problems(toy, "model") == []


@pytest.mark.neo4j
def test_vectors_of_another_version_of_the_model_are_broken(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    _run(
        neo4j_driver, "MATCH (m:KgrecMeta) SET m.was = m.encoder_revision, m.encoder_revision = 'x'"
    )
    assert _problems(toy, "model") == [
        Finding(
            "broken",
            "model",
            "the graph's vectors are of another all-MiniLM-L6-v2 than the one installed here",
            "kgrec refresh-embeddings",
        )
    ]
    _run(neo4j_driver, "MATCH (m:KgrecMeta) SET m.encoder_revision = m.was REMOVE m.was")


@pytest.mark.neo4j
def test_an_encoder_that_is_not_here_is_broken(toy: Neo4jGraph, neo4j_driver: Driver) -> None:
    _run(neo4j_driver, "MATCH (m:KgrecMeta) SET m.encoder = 'no/such/model'")
    assert [each.what for each in _problems(toy, "model")] == [
        "the graph's encoder no/such/model cannot be loaded here"
    ]
    _run(neo4j_driver, "MATCH (m:KgrecMeta) SET m.encoder = 'all-MiniLM-L6-v2'")


@pytest.mark.neo4j
def test_a_learned_model_that_the_graph_has_left_behind_is_trained_again(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    head = Head(*[np.zeros(1) for _ in fields(Head)])
    model = replace(LEARNED, model=replace(LEARNED.model, head=head))
    write_back(toy, export(toy), model)
    about = [(each.level, each.what) for each in examine(toy) if each.about == "learned"]
    events = toy.read("doctor/events")[0]["events"]
    told = f"model 1, trained less than a minute ago on {events} events"
    assert about == [("ok", told)]
    _run(
        neo4j_driver,
        "MATCH (p:Product {product_id: 'sock'}) SET p.was = p.gnn_embedding_a"
        " REMOVE p.gnn_embedding_a",
        "MATCH (k:KgrecModel) SET k.events = 10, k.graph_revision = 2, k.encoder_revision = 'x'",
    )
    assert _problems(toy, "learned") == [
        Finding(
            "warn",
            "learned",
            "1 of 12 products have no learned vector: newer than the model",
            "kgrec train",
        ),
        Finding(
            "warn",
            "learned",
            "the model was trained on text vectors of another encoder than the graph's",
            "kgrec train",
        ),
        Finding(
            "warn",
            "learned",
            f"the model was trained at revision 2 on 10 events, there are {events}",
            "kgrec train",
        ),
    ]
    write_back(toy, export(toy), LEARNED)  # a ranker alone needs no vectors
    _run(neo4j_driver, "MATCH (p:Product {product_id: 'sock'}) REMOVE p.gnn_embedding_b, p.was")
    assert _problems(toy, "learned") == []
    _run(neo4j_driver, "MATCH (k:KgrecModel) SET k.packed = null")
    assert [each.what for each in _problems(toy, "learned")] == ["the stored model cannot be read"]
    _run(neo4j_driver, "MATCH (k:KgrecModel) DELETE k")
    assert _problems(toy, "learned") == [
        Finding(
            "broken", "learned", "model 2 is to be served, but is not in the graph", "kgrec train"
        )
    ]
    _run(neo4j_driver, "MATCH (m:KgrecMeta) REMOVE m.model_revision, m.gnn_slot")


@pytest.mark.neo4j
def test_a_tuned_paper_that_the_graph_has_left_behind_is_tuned_again(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    write_paper(toy, export(toy), PAPER, Trial(8, 2, 0.1, 0.2))
    events = toy.read("doctor/events")[0]["events"]
    assert [(each.level, each.what) for each in examine(toy) if each.about == "tuned"] == [
        ("ok", f"the recipe paper, tuned less than a minute ago on {events} events")
    ]
    _run(neo4j_driver, "MATCH (k:KgrecModel {revision: 0}) SET k.events = 10, k.weights = [1.0]")
    _run(neo4j_driver, "MATCH (k:KgrecModel {revision: 0}) SET k.encoder_revision = 'x'")
    tune = "kgrec tune --recipe paper"
    assert _problems(toy, "tuned") == [
        Finding(
            "broken",
            "tuned",
            "the stored weights of the recipe paper cannot be read",
            f"{tune} --reset",
        ),
        Finding(
            "warn",
            "tuned",
            "the recipe paper was tuned on text vectors of another encoder than the graph's",
            tune,
        ),
        Finding(
            "warn", "tuned", f"the recipe paper was tuned on 10 events, there are {events}", tune
        ),
    ]
    as_shipped(toy)
    assert [each for each in examine(toy) if each.about == "tuned"] == []


@pytest.mark.neo4j
def test_a_failed_refresh_and_an_unfinished_build_are_told(
    toy: Neo4jGraph, neo4j_driver: Driver
) -> None:
    _run(
        neo4j_driver,
        f"MATCH (m:KgrecMeta) SET m.unfinished = true, m.last_refresh_ok = {NOW - 7200},"
        " m.last_refresh_error = 'the disk is full', m.schema_version = 0",
    )
    assert _problems(toy, "schema", "refresh") == [
        Finding(
            "broken",
            "schema",
            "the last build did not come to its end",
            "kgrec build-graph SOURCE",
        ),
        Finding(
            "broken",
            "schema",
            "the graph has schema version 0, this kgrec needs 1",
            "kgrec build-graph SOURCE",
        ),
        Finding(
            "warn",
            "refresh",
            "last refresh 2 hours ago; since then: the disk is full",
            "kgrec refresh",
        ),
    ]
    _run(
        neo4j_driver,
        "MATCH (m:KgrecMeta) SET m.schema_version = 1"
        " REMOVE m.unfinished, m.last_refresh_ok, m.last_refresh_error",
    )


@pytest.mark.neo4j
def test_an_empty_database_and_one_of_others_say_how_to_begin(
    neo4j_graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    assert examine(neo4j_graph)[1:] == [
        Finding(
            "broken",
            "graph",
            "the database is empty: kgrec has built no graph",
            "kgrec build-graph SOURCE",
        )
    ]
    _run(neo4j_driver, "CREATE (:Film), (:Film)")
    assert examine(neo4j_graph)[1:] == [
        Finding(
            "broken",
            "graph",
            "the database holds 2 nodes of others: kgrec has built no graph",
            "kgrec build-graph SOURCE --adopt",
        )
    ]


def test_scans_are_found_however_deep_and_however_run() -> None:
    plan = {
        "operatorType": "ProduceResults@neo4j",
        "children": [
            {"operatorType": "NodeUniqueIndexSeek@neo4j", "children": []},
            {
                "operatorType": "Apply@neo4j",
                "children": [
                    {"operatorType": "PartitionedNodeByLabelScan@neo4j"},
                    {"operatorType": "AllNodesScan@neo4j"},
                ],
            },
        ],
    }
    assert scans_in(plan) == ["NodeByLabelScan", "AllNodesScan"]


def test_times_are_told_in_words() -> None:
    assert [ago(each) for each in (59, 60, 7200, 86400 * 3.5)] == [
        "less than a minute",
        "1 minute",
        "2 hours",
        "3 days",
    ]


def _problems(graph: Neo4jGraph, *about: str) -> list[Finding]:
    return [each for each in examine(graph, NOW) if each.about in about and each.level != "ok"]


def _run(driver: Driver, *statements: str) -> None:
    with driver.session() as session:
        for statement in statements:
            session.run(statement).consume()
