"""`kgrec tune` as it is typed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver
from typer.testing import CliRunner

from cli.commands import app
from gnn.tune import Trial
from gnn.tuned import write_paper
from kg.connection import Settings
from kg.errors import KgrecError
from kg.graph.neo4j import Neo4jGraph
from kg.recommend.recipes import PAPER
from kg.snapshot import export
from kg.sources.sample_shop import sample_shop
from tests.conftest import make_empty
from tests.shops import build


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--recipe", "hot"], "no recipe 'hot' to tune; there are paper, learned"),
        (["--recipe", "learned", "--reset"], "--reset is for paper; kgrec train --rollback"),
        (["--recipe", "learned", "--device", "abacus"], "no device 'abacus'; there are cpu, cuda"),
    ],
)
def test_says_what_cannot_be_done_before_the_graph_is_read(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["tune", *words])
    assert isinstance(done.exception, KgrecError)
    assert str(done.exception).startswith(said)


@pytest.fixture
def graph(
    neo4j_settings: Settings,
    neo4j_driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Neo4jGraph]:
    """The toy shop, which the command reads."""
    make_empty(neo4j_driver)
    monkeypatch.setenv("NEO4J_URI", neo4j_settings.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_settings.password)
    monkeypatch.setenv("KGREC_HOME", str(tmp_path / "home"))
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build(graph)
        yield graph


@pytest.mark.neo4j
def test_both_figures_are_said_and_that_nothing_got_better(graph: Neo4jGraph) -> None:
    done = CliRunner().invoke(app, ["tune", "--quiet"], catch_exceptions=False)
    first, second, last = done.stderr.splitlines()
    assert first.startswith("fitted on 2 past requests, judged by 1 others, in ")
    assert second == "NDCG@10: 1.0000 as served, 1.0000 as fitted"
    assert last == "nothing got better: the graph is as it was"
    assert export(graph).paper is None


@pytest.mark.neo4j
def test_a_summary_is_one_object_and_a_ranker_without_vectors_is_served(graph: Neo4jGraph) -> None:
    words = ["tune", "--recipe", "learned", "--seed", "1", "--json"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    told = json.loads(done.stdout)
    assert (told["recipe"], told["kept"], told["revision"], told["before"]) == (
        "learned",
        True,
        1,
        None,
    )
    assert export(graph).meta.model_revision == 1


@pytest.mark.neo4j
def test_paper_is_served_as_shipped_again(graph: Neo4jGraph) -> None:
    write_paper(graph, export(graph), PAPER, Trial(8, 2, 0.1, 0.2))
    done = CliRunner().invoke(app, ["tune", "--reset"], catch_exceptions=False)
    assert done.stderr == "the recipe paper is served as it is shipped\n"
    assert export(graph).paper is None


def test_the_report_compares_paper_as_shipped_and_tuned(tmp_path: Path) -> None:
    sample_shop(tmp_path, 60, 120, seed=7)
    words = ["--served", "--recipe", "paper,paper-tuned", "--models", "popularity", "--json"]
    done = CliRunner().invoke(app, ["evaluate", str(tmp_path), *words], catch_exceptions=False)
    (report,) = json.loads(done.stdout)["reports"]
    names = {model["name"] for model in report["models"]}
    assert names == {"served paper", "served paper-tuned", "popularity"}
