"""Rules in a real graph: put up, read back, effective on the next request, ended, paid."""

from collections.abc import Iterator

import pytest
from neo4j import Driver

from kg.errors import GraphError, NotFound, OptionError
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import read_rules
from kg.graph.neo4j import Neo4jGraph
from kg.live.events import add_events
from kg.queries import query
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request, Result
from kg.rules.read import list_rules
from kg.rules.types import NewRule, Rule, Target
from kg.rules.write import add_rule, end_rule
from kg.snapshot import export
from kg.snapshot.state import state_of
from tests.shops import build

pytestmark = pytest.mark.neo4j

NOW = 1_750_000_000
INJECTION = "x'}) DETACH DELETE r //\"; MATCH (n) DELETE n; <script>alert(1)</script> \\u0027"


@pytest.fixture(scope="module")
def built(toy_graph: Neo4jGraph) -> Neo4jGraph:
    return toy_graph


@pytest.fixture
def graph(built: Neo4jGraph, neo4j_driver: Driver) -> Iterator[Neo4jGraph]:
    """The toy shop, whose rules are removed after each test."""
    yield built
    with neo4j_driver.session() as session:
        session.run("MATCH (r:Rule|Promotion) DETACH DELETE r").consume()
        session.run("MATCH (m:KgrecMeta) REMOVE m.rules_revision").consume()


def on(graph: Neo4jGraph, now: list[int]) -> Recommender:
    return Recommender(graph, clock=lambda: now[0])


def ids(result: Result) -> list[str]:
    return [each.product_id for each in result.results]


def test_a_rule_is_read_back_as_it_was_put_up(graph: Neo4jGraph) -> None:
    new = NewRule(
        "boost",
        products=("soap", "soap"),
        brands=("Acme",),
        categories=("Beauty > Lips",),
        until=NOW + 10,
        weight=0.25,
        note=INJECTION,
        rule_id="spring",
    )
    rule = Rule(
        "spring",
        "boost",
        since=NOW,
        until=NOW + 10,
        weight=0.25,
        note=INJECTION,
        created_at=NOW,
        targets=(
            Target("Brand", "acme", "Acme"),
            Target("Category", "beauty/lips", "Lips"),
            Target("Product", "soap", "Plain Hand Soap"),
        ),
    )
    assert add_rule(graph, new, now=NOW) == rule
    assert list_rules(graph, now=NOW) == [rule]
    assert list_rules(graph, now=NOW + 10) == []
    assert list_rules(graph, ended=True, now=NOW + 10) == [rule]
    products = graph.ask("MATCH (p:Product) RETURN count(p) AS n")
    assert products == [{"n": 12}]


def test_a_rule_counts_on_the_next_request_and_no_more_once_it_is_ended(graph: Neo4jGraph) -> None:
    now = [NOW]
    recommender = on(graph, now)
    before = ids(recommender.recommend(Request("ann", k=12)))
    hide = add_rule(graph, NewRule("hide", brands=("Acme",)), now=NOW)
    other_process = on(graph, now)
    for each in (recommender, other_process):
        found = ids(each.recommend(Request("ann", k=12)))
        assert set(before) - set(found) == {"trail", "lipacme"}
    assert end_rule(graph, hide.rule_id, now=NOW + 5).until == NOW + 5
    now[0] = NOW + 5
    assert ids(recommender.recommend(Request("ann", k=12))) == before
    assert end_rule(graph, hide.rule_id, now=NOW + 9).until == NOW + 5


def test_a_rule_begins_and_expires_by_itself(graph: Neo4jGraph) -> None:
    now = [NOW]
    recommender = on(graph, now)
    add_rule(
        graph, NewRule("pin", ("woolsock",), position=1, since=NOW + 10, until=NOW + 20), now=NOW
    )
    firsts = []
    for later in (9, 10, 19, 20):
        now[0] = NOW + later
        firsts.append(ids(recommender.recommend(Request("ann", k=3)))[0] == "woolsock")
    assert firsts == [False, True, True, False]


def test_both_engines_answer_alike_under_rules(graph: Neo4jGraph) -> None:
    add_rule(graph, NewRule("boost", brands=("Cove",), weight=0.3), now=NOW)
    add_rule(graph, NewRule("hide", categories=("Lipsticks",)), now=NOW)
    add_rule(graph, NewRule("pin", ("soap",), position=2), now=NOW)
    add_rule(graph, NewRule("promotion", brands=("Bolt",), discount=5), now=NOW)
    server = on(graph, [NOW])
    copy = Recommender(MemoryGraph(export(graph), read_rules(graph)), clock=lambda: NOW)
    for request in (Request("ann", k=7), Request("cat"), Request(recipe="hot"), Request()):
        one, other = server.recommend(request), copy.recommend(request)
        assert ids(one) == ids(other)
        assert [each.rules for each in one.results] == [each.rules for each in other.results]
        assert any(each.rules for each in one.results)
        assert [each.moved_by for each in one.results] == [each.moved_by for each in other.results]


def test_a_path_of_a_pinned_product_is_stored(graph: Neo4jGraph) -> None:
    add_rule(graph, NewRule("pin", ("woolsock",), position=1, rule_id="top"), now=NOW)
    first = on(graph, [NOW]).recommend(Request("cat", k=1)).results[0]
    assert first.product_id == "woolsock"
    assert len(graph.ask(first.browser_cypher)) == 1
    alone = on(graph, [NOW]).recommend(Request(product_id="lipred", recipe="similar", k=1))
    assert alone.results[0].product_id == "woolsock"
    assert len(graph.ask(alone.results[0].browser_cypher)) == 1


def test_a_query_for_browser_draws_the_rules_that_hold(graph: Neo4jGraph) -> None:
    held = NewRule("boost", ("soap",), ("Acme",), rule_id="held")
    add_rule(graph, held, now=NOW)
    add_rule(graph, NewRule("hide", ("sock",), until=NOW + 9, rule_id="over"), now=NOW)
    later = NewRule("hide", ("sock",), since=4_000_000_000, rule_id="later")
    add_rule(graph, later, now=NOW)
    rows = graph.ask(query("explore/rules").text)
    drawn = [(row["path"].nodes[0]["rule_id"], *row["path"].nodes[1].labels) for row in rows]
    assert sorted(drawn) == [("held", "Brand"), ("held", "Product")]


def buy(graph: Neo4jGraph, product_id: str, at: int) -> None:
    event = {"user_id": "zoe", "product_id": product_id, "type": "buy", "at": at}
    assert add_events(graph, [event], now=at).created == 1


def test_a_budget_is_what_the_discount_takes_off_purchases_of_the_period(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    # 10% of the runner's 89.90 are 899, of the lipstick's 7.90 79; the soap is in no promotion.
    new = NewRule(
        "promotion",
        products=("runner",),
        brands=("Rosa",),
        categories=("Lips",),  # the lipstick is of both, and counts once
        discount=10,
        budget=1000,
        until=NOW + 1000,
        rule_id="sale",
    )
    assert add_rule(graph, new, now=NOW).spent == 0
    buy(graph, "runner", NOW - 1)
    buy(graph, "soap", NOW + 1)
    buy(graph, "lipred", NOW + 2)
    buy(graph, "runner", NOW + 3)
    buy(graph, "runner", NOW + 1000)
    (sale,) = list_rules(graph, now=NOW)
    assert (sale.spent, sale.is_spent) == (978, False)
    buy(graph, "lipred", NOW + 4)
    (sale,) = list_rules(graph, now=NOW)
    assert (sale.spent, sale.is_spent) == (1057, True)
    assert not sale.holds(NOW + 5)
    with neo4j_driver.session() as session:
        session.run("MATCH (u:User {user_id: 'zoe'}) DETACH DELETE u").consume()


def test_a_rule_leaves_the_revision_and_a_kept_snapshot_as_they_are(graph: Neo4jGraph) -> None:
    before, known = state_of(graph), graph.read("resolve/meta")[0]
    add_rule(graph, NewRule("hide", ("soap",)), now=NOW)
    after = graph.read("resolve/meta")[0]
    assert state_of(graph) == before
    assert (known["rules_revision"], after["rules_revision"]) == (0, 1)
    assert after["revision"] == known["revision"]


def test_loading_the_shop_again_leaves_its_rules(graph: Neo4jGraph) -> None:
    add_rule(graph, NewRule("hide", ("soap",), rule_id="h"), now=NOW)
    build(graph, prune=True)
    assert [each.rule_id for each in list_rules(graph, now=NOW)] == ["h"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewRule("lift", ("soap",)), "there are boost, bury, pin, hide, promotion"),
        (NewRule("hide"), "needs what it applies to"),
        (NewRule("hide", ("soap",), rule_id="a b"), "letters, digits"),
        (NewRule("hide", ("soap",), weight=1.0), "weight is for boost and bury, not for hide"),
        (NewRule("boost", ("soap",), position=1), "position is for pin, not for boost"),
        (NewRule("boost", ("soap",), weight=0.0), "above 0 and at most 10, not 0.0"),
        (NewRule("boost", ("soap",), weight=float("nan")), "above 0 and at most 10, not nan"),
        (NewRule("pin", ("soap",)), "a position from 1 to 200"),
        (NewRule("pin", ("soap",), position=0), "a position from 1 to 200"),
        (NewRule("pin", ("soap", "sock"), position=1), "a pin takes one product"),
        (NewRule("pin", ("soap",), brands=("Acme",), position=1), "a pin takes one product"),
        (NewRule("boost", ("soap",), discount=5.0), "discount is for promotion, not for boost"),
        (NewRule("promotion", ("soap",), discount=101.0), "percentage up to 100"),
        (NewRule("promotion", ("soap",), budget=10), "give both"),
        (NewRule("promotion", ("soap",), discount=5.0, budget=0), "above 0"),
        (NewRule("hide", ("soap",), until=NOW), "not before now"),
        (NewRule("hide", ("soap",), since=NOW + 9, until=NOW + 9), "after it begins"),
        (NewRule("hide", ("soap",), note="x" * 501), "500 characters at most"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(
    new: NewRule, said: str, graph: Neo4jGraph
) -> None:
    with pytest.raises(OptionError, match=said) as refused:
        add_rule(graph, new, now=NOW)
    assert "\n" not in str(refused.value)
    assert list_rules(graph, ended=True) == []


def test_what_the_graph_does_not_have_is_named(graph: Neo4jGraph) -> None:
    with pytest.raises(NotFound, match="no product 'runer' in the graph; the closest are runner"):
        add_rule(graph, NewRule("hide", ("runer",)), now=NOW)
    with pytest.raises(NotFound, match="no brand 'Nobody'"):
        add_rule(graph, NewRule("hide", brands=("Nobody",)), now=NOW)
    with pytest.raises(NotFound, match="kgrec rules list"):
        end_rule(graph, INJECTION, now=NOW)
    add_rule(graph, NewRule("hide", ("soap",), rule_id="h"), now=NOW)
    with pytest.raises(GraphError, match="there is a rule h already"):
        add_rule(graph, NewRule("promotion", ("soap",), rule_id="h"), now=NOW)


def test_a_product_that_is_taken_out_leaves_its_rule_without_effect(
    graph: Neo4jGraph, neo4j_driver: Driver
) -> None:
    with neo4j_driver.session() as session:
        session.run("CREATE (:Product {product_id: 'gone', title: 'Gone'})").consume()
    add_rule(graph, NewRule("pin", ("gone",), position=1), now=NOW)
    with neo4j_driver.session() as session:
        session.run("MATCH (p:Product {product_id: 'gone'}) DETACH DELETE p").consume()
    assert list_rules(graph, now=NOW)[0].targets == ()
    assert all(not each.rules for each in on(graph, [NOW]).recommend(Request("ann")).results)
