"""An answer is given again exactly as long as the same would be made."""

from dataclasses import replace

import pytest

from kg.graph.live import Happened, LiveGraph
from kg.graph.memory import MemoryGraph
from kg.graph.memory.rules import Rules
from kg.live.answer_cache import AnswerCache
from kg.recommend.recommender import Recommender, State
from kg.recommend.told import Told, told
from kg.recommend.types import Filters, Request
from tests.recommend.conftest import ByAxes, toy
from tests.recommend.rules import row

__all__ = ("toy",)

ANN = Request("ann", k=3)
VIEW = Happened("ann", "sock", "VIEWED", 1_736_500_000, None)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def graph(toy: MemoryGraph) -> LiveGraph:
    return LiveGraph(MemoryGraph(toy.snapshot))


@pytest.fixture
def recommender(graph: LiveGraph) -> Recommender:
    return Recommender(graph, lambda _: ByAxes(), clock=Clock())


def made(recommender: Recommender, request: Request) -> tuple[State, Told]:
    state = recommender.state(request.user_id)
    assert state is not None
    return state, told(recommender.recommend(request))


def test_the_same_request_finds_its_answer_and_no_other_does(recommender: Recommender) -> None:
    cache = AnswerCache(1_000_000)
    state, answer = made(recommender, ANN)
    assert cache.find(ANN, state) is None
    cache.keep(ANN, state, answer)
    assert cache.find(Request("ann", k=3), state) is answer
    for other in (
        Request("bob", k=3),
        replace(ANN, k=4),
        replace(ANN, filters=Filters(in_stock=True)),
        replace(ANN, weights={"alpha": 2.0}),
        replace(ANN, query="sock"),
        replace(ANN, explain=False),
    ):
        assert cache.find(other, state) is None


def test_what_happens_to_a_user_changes_the_state_of_that_user_alone(
    graph: LiveGraph, recommender: Recommender
) -> None:
    ann, bob, anybody = (recommender.state(each) for each in ("ann", "bob", None))
    graph.add([VIEW])
    later = recommender.state("ann")
    assert ann is not None
    assert later == replace(ann, since=(VIEW.event,))
    assert (recommender.state("bob"), recommender.state(None)) == (bob, anybody)
    graph.forget("ann")
    assert recommender.state("ann") == replace(ann, since=None)


def test_a_rule_changes_the_state_when_it_is_put_up_and_when_its_time_comes(
    graph: LiveGraph, toy: MemoryGraph
) -> None:
    clock = Clock()
    recommender = Recommender(graph, clock=clock)
    without = recommender.state("ann")
    graph.take_rules(Rules(1, (row("h", "hide", products=["soap"], until=2_000),)))
    ruled = recommender.state("ann")
    assert ruled is not None
    assert without is not None
    assert [each.rule.rule_id for each in ruled.rules] == ["h"]
    clock.now = 2_000.0
    over = recommender.state("ann")
    assert over == replace(ruled, rules=())
    assert over != without


def test_a_graph_that_may_change_by_itself_has_no_state(toy: MemoryGraph) -> None:
    assert Recommender(toy).state("ann") is None


def test_those_that_are_not_asked_for_leave_first(recommender: Recommender) -> None:
    asked = [Request(each, k=3) for each in ("ann", "bob", "cat")]
    known = [made(recommender, each) for each in asked]
    sizes = [len(answer.body) for _, answer in known]
    cache = AnswerCache(sum(sizes) - 1)
    for request, (state, answer) in zip(asked[:2], known[:2], strict=True):
        cache.keep(request, state, answer)
    assert cache.find(asked[0], known[0][0]) is known[0][1]
    cache.keep(asked[2], *known[2])
    held = [cache.find(each, state) for each, (state, _) in zip(asked, known, strict=True)]
    assert [each is not None for each in held] == [True, False, True]
    nothing = AnswerCache(0)
    nothing.keep(asked[0], *known[0])
    assert nothing.find(asked[0], known[0][0]) is None


def test_a_newer_answer_takes_the_place_and_the_room_of_an_older(
    graph: LiveGraph, recommender: Recommender
) -> None:
    before = made(recommender, ANN)
    graph.add([VIEW])
    after = made(recommender, ANN)
    cache = AnswerCache(max(len(before[1].body), len(after[1].body)))
    for _ in range(3):
        cache.keep(ANN, *before)
        cache.keep(ANN, *after)
    assert cache.find(ANN, before[0]) is None
    assert cache.find(ANN, after[0]) is after[1]


def test_an_answer_from_another_revision_is_not_kept(recommender: Recommender) -> None:
    cache = AnswerCache(1_000_000)
    state, answer = made(recommender, ANN)
    newer = replace(state, meta=replace(state.meta, revision=state.meta.revision + 1))
    cache.keep(ANN, newer, answer)
    assert cache.find(ANN, newer) is None


def test_a_cleared_cache_has_nothing_and_all_its_room(recommender: Recommender) -> None:
    state, answer = made(recommender, ANN)
    cache = AnswerCache(len(answer.body))
    cache.keep(ANN, state, answer)
    cache.clear()
    assert cache.find(ANN, state) is None
    cache.keep(ANN, state, answer)
    assert cache.find(ANN, state) is answer


def test_nothing_of_a_forgotten_user_is_kept(recommender: Recommender) -> None:
    cache = AnswerCache(1_000_000)
    ann, bob = made(recommender, ANN), made(recommender, Request("bob"))
    cache.keep(ANN, *ann)
    cache.keep(Request("bob"), *bob)
    cache.forget("ann")
    assert cache.find(ANN, ann[0]) is None
    assert cache.find(Request("bob"), bob[0]) is bob[1]
