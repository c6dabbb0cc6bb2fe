"""A recipe tuned in a real graph: served at once where it is better, and taken back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from neo4j import Driver

from gnn.config import BlendConfig, ItemConfig, LearnConfig, RankerConfig, TuneConfig
from gnn.train import train
from gnn.tune import Trial
from gnn.tuned import as_shipped, tune, write_paper
from gnn.write_back import rollback, stored_models
from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.errors import GraphError, OptionError
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recipes import PAPER
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import export, kept
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.conftest import make_empty
from tests.shops import TOY, everything, meta

pytestmark = pytest.mark.neo4j

OTHER = replace(
    PAPER,
    weights={**PAPER.weights, "next": 4.0, "brand": 0.5},
    temperatures={**PAPER.temperatures, "brand": 2.0},
)
TRIAL = Trial(fitted=8, judged=2, before=0.1, after=0.2)
BAD = replace(PAPER, weights={**dict.fromkeys(PAPER.weights, 0.05), "hot": 3.0, "popularity": 3.0})
LONG = TuneConfig(share=0.5, blend=BlendConfig(epochs=100, rate=0.05, decay=0.0))
SMALL = LearnConfig(
    ItemConfig(dimension=8, epochs=1, batch=4, negatives=8, device="cpu"),
    RankerConfig(hidden=4, epochs=1),
)


@pytest.fixture
def graph(neo4j_settings: Settings, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop without embeddings or a model."""
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(TOY), BuildOptions(embed=False))
        yield graph


@pytest.fixture
def shop(neo4j_settings: Settings, neo4j_driver: Driver, tmp_path: Path) -> Iterator[Neo4jGraph]:
    """A small sample shop without embeddings."""
    make_empty(neo4j_driver)
    sample_shop(tmp_path / "shop", 60, 120, seed=7)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(tmp_path / "shop"), BuildOptions(embed=False))
        yield graph


def given(recommender: Recommender, user: str = "ann") -> dict[str, float]:
    """What each term gave all candidates together: its weight, where it says anything."""
    result = recommender.recommend(Request(user, k=12, recipe="paper"))
    for each in result.results:
        assert sum(each.contributions.values()) == pytest.approx(each.score, abs=1e-12)
    terms = result.results[0].contributions
    return {name: sum(each.contributions[name] for each in result.results) for name in terms}


def test_the_next_request_knows_of_tuned_weights_on_both_engines(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    server = Recommender(graph)
    shipped, before = given(server), kept(graph, tmp_path / "kept")
    assert (shipped["next"], shipped["brand"]) == pytest.approx((1.5, 1.75))
    write_paper(graph, before, OTHER, TRIAL)
    snapshot = kept(graph, tmp_path / "kept")
    assert (before.paper, snapshot.meta.revision) == (None, before.meta.revision + 1)
    for engine in (server, Recommender(MemoryGraph(snapshot))):
        told = given(engine)
        assert (told["next"], told["brand"]) == pytest.approx((4.0, 0.5))
    result = server.recommend(Request("ann", weights={"next": 0.25}))
    assert result.recipe == "paper"
    as_shipped(graph)
    assert given(server) == shipped
    assert export(graph).paper is None


def test_the_graph_says_what_paper_was_tuned_to_and_on_what(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    snapshot = export(graph)
    write_paper(graph, snapshot, OTHER, TRIAL)
    write_paper(graph, snapshot, OTHER, TRIAL)  # one takes the place of the other
    with neo4j_driver.session() as session:
        (told,) = session.run("MATCH (k:KgrecModel) RETURN properties(k)").value()
    weights = dict(zip(told["terms"], told["weights"], strict=True))
    heats = dict(zip(told["terms"], told["temperatures"], strict=True))
    assert weights == OTHER.weights
    assert (heats["brand"], heats["next"], heats["price"]) == (2.0, 0.04, 1.0)
    assert (told["kind"], told["revision"], told["fitted"], told["judged"]) == ("paper", 0, 8, 2)
    assert (told["ndcg_before"], told["ndcg"]) == (0.1, 0.2)
    assert told["events"] == len(snapshot.events.at)
    assert told["graph_revision"] == snapshot.meta.revision
    assert told["trained_at"] > 1_700_000_000


def test_what_was_fitted_is_served_where_it_is_better(shop: Neo4jGraph) -> None:
    write_paper(shop, export(shop), BAD, TRIAL)
    summary = tune(shop, "paper", LONG)
    assert summary.kept
    assert summary.before is not None
    assert summary.after > summary.before
    assert (summary.recipe, summary.fitted, summary.judged) == ("paper", 11, 12)
    paper = export(shop).paper
    assert paper is not None
    stored = dict(zip(paper.terms, paper.weights.tolist(), strict=True))
    assert stored == {name: term.weight for name, term in summary.terms.items()}
    assert summary.terms["popularity"].weight_before == 3.0
    assert stored["popularity"] < 3.0


def test_what_is_no_better_leaves_the_graph_as_it_was(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    before = everything(neo4j_driver), meta(neo4j_driver)["revision"]
    summary = tune(graph, "paper")
    assert (summary.kept, summary.before, summary.after) == (False, 1.0, 1.0)
    assert (everything(neo4j_driver), meta(neo4j_driver)["revision"]) == before


def test_ctrl_c_leaves_the_graph_as_it_was(shop: Neo4jGraph, neo4j_driver: Driver) -> None:
    write_paper(shop, export(shop), BAD, TRIAL)
    before = everything(neo4j_driver)

    def interrupt(stage: str, done: int, total: int | None = None) -> None:
        if stage == "fit the blend" and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(shop, "paper", LONG, interrupt)
    assert everything(neo4j_driver) == before


def test_a_ranker_is_tuned_beside_the_vectors_that_are_served(
    graph: Neo4jGraph, tmp_path: Path
) -> None:
    there, past = tmp_path / "tuning", tmp_path / "past"
    train(graph, SMALL, past=past)
    write_paper(graph, export(graph), OTHER, TRIAL)
    before, said = export(graph), list[str]()
    config = TuneConfig(seed=3, share=0.6)
    summary = tune(graph, "learned", config, checkpoints=there, past=past, say=said.append)
    assert said == []  # the network that train left is of this very graph
    assert not there.exists()
    assert summary.kept == (summary.revision is not None)
    assert summary.before is not None
    assert summary.kept == (summary.after > summary.before)
    after = export(graph)
    assert after.gnn is not None
    assert before.gnn is not None
    assert np.array_equal(after.gnn, before.gnn)
    assert given(Recommender(graph))["next"] == pytest.approx(4.0)


def test_a_graph_without_a_model_gets_a_ranker_alone_and_learned_is_the_default(
    graph: Neo4jGraph,
) -> None:
    write_paper(graph, export(graph), OTHER, TRIAL)
    recommender = Recommender(graph)
    assert recommender.recommend(Request("ann")).recipe == "paper"
    summary = tune(graph, "learned")
    assert (summary.kept, summary.revision, summary.before) == (True, 1, None)
    assert recommender.recommend(Request("ann")).recipe == "learned"
    assert given(recommender)["next"] == pytest.approx(4.0)
    (model,) = stored_models(graph)  # what paper was tuned to is none of them
    assert "gnn" not in model.properties["terms"]
    assert (model.properties["fitted"], model.properties["judged"]) == (2, 1)
    with pytest.raises(GraphError, match="no earlier model"):
        rollback(graph)


def test_paper_as_shipped_cannot_be_reset_and_others_not_be_tuned(graph: Neo4jGraph) -> None:
    with pytest.raises(GraphError, match="served as it is shipped: it was not tuned"):
        as_shipped(graph)
    with pytest.raises(OptionError, match="no recipe 'hot' to tune; there are paper, learned"):
        tune(graph, "hot")
