"""Odd requests of a real graph, on either engine: an answer or one line, and never a traceback."""

import sys

import pytest
from neo4j import Driver

from cli.main import main
from kg.graph.neo4j import Neo4jGraph
from tests.cli.test_odd_values import BUILT, check
from tests.conftest import make_empty
from tests.shops import build

pytestmark = pytest.mark.neo4j

ON_BOTH = [
    "recommend --user ann --max-price 0 --diversity 0.5",
    "recommend --user ann --max-price 0 --diversity 0.5 --explain --json",
    "recommend --query socks --max-price 0 --diversity 1",
    "recommend --min-price 99999999999 --diversity 0.1 -k 1000000",
    "recommend --recipe hot --category Beauty --max-price 0 --diversity 1",
    "recommend --user ann --min-price 5 --max-price 4",
    "recommend --user ann --max-price inf",
    "recommend --user ann --until --5",
    "recommend --user ann --until -9007199254740992",
    "recommend --user ann --until 9007199254740992",
    "recommend --user ann --until 0001-01-01",
    "recommend --user ann --until 9999-12-31T23:59:59-14:00",
    "recommend --user ann --weight next=1e308 --weight together=1e308",
    "recommend --user ann --weight next=-1e308 --weight together=1e308 --diversity 0.5",
    "recommend --user ann --weight next=nan",
    "recommend --user ann --alpha nan",
    "recommend --user ann --recipe learned",
    "recommend --user ann --recipe content",
    "recommend --user ann --category > --brand >",
    "recommend --product runner --recipe similar --max-price 0",
    "recommend --query > --max-price 0",
    "recommend --query under_$99999999999999999999_by_by_not_not",
    "what-if --user ann --without-brand Acme --max-price 0 --diversity 0.5",
    "what-if --user ann --without-purchase runner -k 1000000",
    "what-if --user ann --without-category Shoes --without-rule none",
]

ON_NEO4J = [
    "similar runner --max-price 0 --diversity 0.5",
    "hot --max-price 0 --diversity 0.5 --explain",
    "explain --user ann --product sock --max-price 0 --diversity 0.5",
    "explain --user ann --product sock --weight next=1e308 -k 1000000",
    "explain --user ann --product nowhere",
    "rules add boost --brand Acme --weight nan",
    "rules add boost --brand Acme --weight 1e308",
    "rules add pin --product runner --position 99999999999999999999",
    "rules add promotion --product runner --discount inf --budget 1",
    "rules add promotion --product runner --discount 5 --budget inf",
    "rules add hide --product runner --from 9007199254740990 --until 9007199254740991",
    "rules list --all",
    "rules end nowhere",
    "impressions stats --since 9007199254740992",
    "impressions stats --since -9007199254740992 --until 9007199254740992 --days 365",
    "snapshot /proc/nowhere",
    "snapshot taken",
    "forget-user nobody",
    "doctor",
]


@pytest.fixture(scope="module")
def shop(neo4j_connection: Neo4jGraph, neo4j_driver: Driver) -> Neo4jGraph:
    """The toy shop without vectors; tests write rules that hide nothing now."""
    make_empty(neo4j_driver)
    build(neo4j_connection)
    return neo4j_connection


@pytest.mark.parametrize(
    "line", [*(f"{line} --engine {each}" for line in ON_BOTH for each in ("neo4j", "memory")),
             *ON_NEO4J],
)  # fmt: skip
def test_an_odd_request_is_answered_or_refused_in_a_line(
    shop: Neo4jGraph,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
) -> None:
    home = tmp_path_factory.getbasetemp() / "odd-requests"
    home.mkdir(exist_ok=True)
    for name, value in {
        "KGREC_HOME": str(home),
        "NEO4J_URI": shop.settings.uri,
        "NEO4J_USERNAME": shop.settings.username,
        "NEO4J_PASSWORD": shop.settings.password,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home)
    monkeypatch.setattr("cli.commands.app", BUILT)
    words = [word.replace("_", " ") for word in line.split()]
    monkeypatch.setattr(sys, "argv", ["kgrec", *words])
    with pytest.raises(SystemExit) as ending:
        main()
    assert isinstance(ending.value.code, int)
    if words[0] != "doctor":  # what it finds broken is no error of the command
        check(words, ending.value.code, capsys.readouterr().err)
