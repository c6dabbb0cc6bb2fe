"""`kgrec rules` and `kgrec what-if` on a real graph."""

import json

import pytest
from typer.testing import CliRunner

from cli.commands import app
from kg.connection import Settings
from kg.errors import KgrecError
from kg.graph.neo4j import Neo4jGraph

pytestmark = pytest.mark.neo4j


@pytest.fixture
def kgrec(toy_graph: Neo4jGraph, neo4j_settings: Settings) -> "Kgrec":
    return Kgrec(neo4j_settings)


class Kgrec:
    """Runs commands on the session's server."""

    def __init__(self, settings: Settings) -> None:
        self._env = {
            "NEO4J_URI": settings.uri,
            "NEO4J_USERNAME": settings.username,
            "NEO4J_PASSWORD": settings.password,
        }

    def __call__(self, *arguments: str) -> str:
        done = CliRunner().invoke(app, arguments, env=self._env)
        if isinstance(done.exception, KgrecError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout


def test_a_rule_is_put_up_listed_effective_and_ended(kgrec: Kgrec) -> None:
    until = ("--from", "2026-01-01", "--until", "2099-01-01", "--note", "for spring", "--id", "s")
    said = kgrec("rules", "add", "pin", "--product", "woolsock", "--position", "1", *until)
    assert said == (
        "s  holds  pin to 1  Cove Wool Sock"
        "  from 2026-01-01 00:00 UTC until 2099-01-01 00:00 UTC  for spring\n"
    )
    assert kgrec("rules", "list") == said
    shown = kgrec("recommend", "--user", "ann", "-k", "2", "--explain")
    assert "  1  Cove Wool Sock  Cove  $12.50  pinned by s\n" in shown
    assert "moved by rule s" in shown
    (told,) = json.loads(kgrec("rules", "list", "--json"))["rules"]
    assert (told["rule_id"], told["from"], told["state"]) == ("s", 1767225600, "holds")
    asked = ("what-if", "--user", "ann", "-k", "2", "--without-rule", "s")
    found = json.loads(kgrec(*asked, "--json"))
    assert [each["before"] for each in found["moves"] if each["product_id"] == "woolsock"] == [1]
    beside = kgrec(*asked)
    assert beside.splitlines()[1].startswith("  1  Cove Wool Sock  ")
    assert "  Cove Wool Sock: goes\n" in beside
    assert kgrec("rules", "end", "s").startswith("s  over  pin to 1  ")
    assert kgrec("rules", "list") == ""
    assert kgrec("rules", "list", "--all").startswith("s  over  ")
    assert "pinned" not in kgrec("recommend", "--user", "ann", "-k", "2")


def test_a_promotion_has_its_money_in_the_shops_currency(kgrec: Kgrec) -> None:
    sale = ("--category", "Lips", "--discount", "12.5", "--budget", "250", "--id", "lips")
    said = kgrec("rules", "add", "promotion", *sale)
    assert said.startswith("lips  holds  promotion 12.5% $0.00 of $250.00  Lips  from ")
    kgrec("rules", "end", "lips")


def test_why_not_says_which_rule_is_to_be_ended(kgrec: Kgrec) -> None:
    kgrec("rules", "add", "hide", "--brand", "Acme", "--id", "h")
    said = kgrec("explain", "--user", "ann", "--product", "trail")
    assert "  not in the list: rule h hides it\n  it would be with rule h ended\n" in said
    kgrec("rules", "end", "h")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rules", "add", "hide"), "a rule needs what it applies to"),
        (("rules", "add", "lift", "--product", "soap"), "no kind of rule 'lift'"),
        (("rules", "add", "hide", "--product", "sop"), "no product 'sop' in the graph"),
        (("rules", "add", "hide", "--product", "soap", "--from", "soon"), "--from takes a date"),
        (("rules", "add", "promotion", "--product", "soap", "--budget", "x"), "--budget takes"),
        (("rules", "end", "nothing"), "kgrec rules list shows them"),
        (("what-if", "--user", "ann"), "say what to do without"),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], said: str, kgrec: Kgrec) -> None:
    with pytest.raises(KgrecError, match=said) as refused:
        kgrec(*arguments)
    assert "\n" not in str(refused.value)
