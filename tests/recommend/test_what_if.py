"""What if: without a purchase, a brand, a category or a rule."""

import pytest

from kg.errors import NotFound, OptionError
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Recommendation, Request, Result, Without
from kg.recommend.what_if import Move, both
from tests.recommend.rules import row, ruled

EVERYTHING = 12


def by_id(result: Result) -> dict[str, Recommendation]:
    return {each.product_id: each for each in result.results}


def nodes(result: Result) -> set[tuple[str, str]]:
    """Every node that is told of: V_U, V_U' and the paths."""
    paths = [path for each in result.results for path in each.paths]
    return {
        *((each.label, each.id) for each in result.entities),
        *((each.label, each.id) for each in result.neighbours),
        *((node.label, node.id) for path in paths for node in path.nodes),
    }


def test_without_a_purchase_it_leads_nowhere_and_can_be_recommended_itself(
    recommender: Recommender,
) -> None:
    request = Request("ann", k=EVERYTHING)
    found = recommender.what_if(request, Without(purchases=("runner",)))
    assert "runner" not in by_id(found.before)
    assert "runner" in by_id(found.after)
    assert [each.id for each in found.after.entities] == ["shirt", "sock"]
    # The sock is now the second latest, and weighs as that: .8, not .64.
    assert found.after.entities[1].score == pytest.approx(0.8)
    assert Move("runner", "Acme Runner Shoe", None, by_id(found.after)["runner"].rank) in (
        found.moves
    )


def test_without_all_purchases_a_user_is_as_one_without_a_history(
    recommender: Recommender,
) -> None:
    found = recommender.what_if(Request("fay", k=3), Without(purchases=("soap",)))
    assert [each.code for each in found.after.notes][:1] == ["no_history"]
    assert found.after.entities == ()


@pytest.mark.parametrize(
    "request_",
    [
        Request("ann", k=EVERYTHING),
        Request("ann", "Acme shoes", k=EVERYTHING),
        Request(query="red lipstick by Acme", k=EVERYTHING, diversity=0.4),
        Request(product_id="runner", recipe="similar", k=EVERYTHING),
    ],
)
def test_without_a_brand_nothing_leads_through_it_and_it_gives_nothing(
    request_: Request, recommender: Recommender
) -> None:
    found = recommender.what_if(request_, Without(brands=("Acme",)))
    assert ("Brand", "acme") in nodes(found.before)
    assert ("Brand", "acme") not in nodes(found.after)
    assert found.after.intent.brands == ()
    terms = {each.product_id: each.contributions["brand"] for each in found.after.results}
    if request_.recipe is None:
        # Softmax gives products without a brand term the least, alike.
        acme = {terms[id_] for id_ in ("trail", "lipacme", "shirt") if id_ in terms}
        assert acme == {min(terms.values())}


def test_without_a_category_those_below_it_are_gone_too(recommender: Recommender) -> None:
    request = Request("cat", "beauty", k=EVERYTHING)
    found = recommender.what_if(request, Without(categories=("Beauty > Lips",)))
    lips = {"beauty/lips", "beauty/lips/lipsticks", "beauty/lips/lip balms"}
    assert lips & {id_ for _, id_ in nodes(found.before)}
    assert not lips & {id_ for _, id_ in nodes(found.after)}
    assert ("Category", "beauty") in nodes(found.after)


def test_without_a_rule_the_list_is_as_it_was_before(toy: MemoryGraph) -> None:
    pin = row("top", "pin", products=["soap"], position=1)
    hide = row("h", "hide", products=["trail"])
    recommender = ruled(toy, pin, hide)
    request = Request("ann", k=EVERYTHING)
    found = recommender.what_if(request, Without(rules=("top",)))
    assert found.after.results == ruled(toy, hide).recommend(request).results
    assert found.before.results[0].product_id == "soap"


def test_moves_name_what_comes_what_changes_place_and_what_goes(toy: MemoryGraph) -> None:
    recommender = ruled(toy, row("top", "pin", products=["soap"], position=1))
    found = recommender.what_if(Request("ann", k=2), Without(rules=("top",)))
    soap, best = found.before.results
    first, second = found.after.results
    assert best.product_id == first.product_id
    assert found.moves == (
        Move(first.product_id, first.title, 2, 1),
        Move(second.product_id, second.title, None, 2),
        Move("soap", soap.title, 1, None),
    )


def test_what_a_request_is_without_already_stays_left_out(recommender: Recommender) -> None:
    request = Request("ann", without=Without(purchases=("shirt",)))
    found = recommender.what_if(request, Without(purchases=("sock",), brands=("Acme",)))
    assert found.after.request.without == Without(("shirt", "sock"), ("Acme",))
    assert both(Without(rules=("a", "b")), Without(rules=("b", "c"))) == Without(
        rules=("a", "b", "c")
    )


@pytest.mark.parametrize(
    ("without", "kind", "said"),
    [
        (Without(), OptionError, "say what to do without"),
        (Without(purchases=("soap",)), NotFound, "the user's history has no soap"),
        (Without(brands=("Nobody",)), NotFound, "no brand 'Nobody'"),
        (Without(categories=("Nowhere",)), NotFound, "no category 'Nowhere'"),
        (Without(rules=("r",)), NotFound, "no rule r holds now"),
    ],
)
def test_what_is_not_there_cannot_be_left_out(
    without: Without, kind: type[Exception], said: str, recommender: Recommender
) -> None:
    with pytest.raises(kind, match=said):
        recommender.what_if(Request("ann"), without)
