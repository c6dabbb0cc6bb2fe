"""A recipe fitted on past requests: who is asked, what is compared, and what is then served."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.config import BlendConfig, ItemConfig, LearnConfig, RankerConfig, TuneConfig
from gnn.evaluate.served import served, tuned
from gnn.evaluate.splits import leave_last, leave_one_out
from gnn.learn import Aside
from gnn.tune import Trial, paper_of, parted, tune_paper, tune_ranker, with_paper
from kg.errors import GraphError, OptionError
from kg.graph.memory import MemoryGraph
from kg.progress import silent
from kg.recommend.recipes import PAPER, Recipe
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import Snapshot, cut, snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.shops import TOY

BAD = replace(PAPER, weights={**dict.fromkeys(PAPER.weights, 0.05), "hot": 3.0, "popularity": 3.0})
"""It goes by what is popular, which the sample shop's users do not."""
LONG = TuneConfig(share=0.5, blend=BlendConfig(epochs=100, rate=0.05, decay=0.0))
OTHER = replace(
    PAPER,
    weights={**PAPER.weights, "next": 4.0, "brand": 0.5},
    temperatures={**PAPER.temperatures, "brand": 2.0},
)
EVERY = 12
SMALL = ItemConfig(dimension=8, epochs=1, batch=4, negatives=8, device="cpu")


@pytest.fixture(scope="module")
def toy() -> Snapshot:
    return snapshot_of(open_source(TOY))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("shop")
    sample_shop(folder, 60, 120, seed=7)
    return snapshot_of(open_source(folder))


def given(snapshot: Snapshot, request: Request) -> dict[str, float]:
    """What each term gave all candidates together: its weight, where it says anything."""
    result = Recommender(MemoryGraph(snapshot)).recommend(request)
    assert result.recipe == "paper"
    for each in result.results:
        assert sum(each.contributions.values()) == pytest.approx(each.score, abs=1e-12)
    terms = result.results[0].contributions
    return {name: sum(each.contributions[name] for each in result.results) for name in terms}


def test_a_fifth_of_the_requests_judges_and_none_does_both() -> None:
    fitted, judged = parted(50, TuneConfig(most_users=20))
    assert (len(fitted), len(judged)) == (16, 4)
    assert len(np.union1d(fitted, judged)) == 20
    assert max(fitted.max(), judged.max()) < 50
    assert [each.tolist() for each in parted(50, TuneConfig(most_users=20))] == [
        fitted.tolist(),
        judged.tolist(),
    ]


@pytest.mark.parametrize(("n", "share", "sizes"), [(2, 0.9, (1, 1)), (3, 0.01, (2, 1))])
def test_some_always_learn_and_some_judge(n: int, share: float, sizes: tuple[int, int]) -> None:
    fitted, judged = parted(n, TuneConfig(share=share))
    assert (len(fitted), len(judged)) == sizes


def test_one_user_is_not_enough() -> None:
    with pytest.raises(GraphError, match="it takes two users who wanted three products each"):
        parted(1, TuneConfig())


def test_only_what_is_better_is_to_be_served() -> None:
    assert [Trial(8, 2, before, 0.2).better for before in (0.1, 0.2, 0.3, None)] == [
        True,
        False,
        False,
        True,
    ]


def test_it_begins_at_what_is_served_and_finds_better(shop: Snapshot) -> None:
    fitted, trial = tune_paper(with_paper(shop, BAD), LONG)
    assert (trial.fitted, trial.judged) == (11, 12)
    assert trial.better
    assert fitted.weights["hot"] == 3.0  # nothing is embedded: no ground
    assert fitted.weights["popularity"] < 3.0 < sum(BAD.weights.values())
    told = [name for name in PAPER.weights if fitted.weights[name] != BAD.weights[name]]
    assert told == ["next", "together", "brand", "category", "price", "popularity"]
    assert sum(fitted.weights[name] for name in told) == pytest.approx(
        sum(BAD.weights[name] for name in told), abs=1e-5
    )


def test_nothing_better_is_said_so(toy: Snapshot) -> None:
    _, trial = tune_paper(toy)
    assert (trial.fitted, trial.judged, trial.before, trial.after) == (2, 1, 1.0, 1.0)
    assert not trial.better


def test_what_nobody_can_be_asked_is_told(toy: Snapshot) -> None:
    with pytest.raises(GraphError, match="nothing to learn from: no user wanted three products"):
        tune_paper(leave_last(toy, 1).known)


def test_a_user_alone_is_answered_by_the_tuned_weights(toy: Snapshot) -> None:
    shipped, other = (
        given(each, Request("ann", k=EVERY, recipe="paper"))
        for each in (toy, with_paper(toy, OTHER))
    )
    assert (shipped["next"], shipped["brand"]) == pytest.approx((1.5, 1.75))
    assert (other["next"], other["brand"]) == pytest.approx((4.0, 0.5))
    assert other["category"] == pytest.approx(PAPER.weights["category"])


def test_weights_of_the_request_come_before_tuned_ones(toy: Snapshot) -> None:
    weights = {"next": 0.25, "alpha": 1.0}
    told = given(with_paper(toy, OTHER), Request("ann", k=EVERY, weights=weights))
    assert (told["next"], told["brand"]) == pytest.approx((0.25, 0.5))


@pytest.mark.parametrize(
    "request_",
    [Request("ann", product_id="trail", k=EVERY), Request(product_id="trail", k=EVERY)],
)
def test_what_no_past_request_was_like_is_answered_as_shipped(
    request_: Request, toy: Snapshot
) -> None:
    assert given(with_paper(toy, OTHER), request_) == given(toy, request_)


def test_other_recipes_stay_as_they_are(toy: Snapshot) -> None:
    request = Request("ann", recipe="hot", k=EVERY)
    lists = [
        Recommender(MemoryGraph(each)).recommend(request).results
        for each in (toy, with_paper(toy, OTHER))
    ]
    assert lists[0] == lists[1]


def test_the_past_knows_no_tuned_weights(toy: Snapshot) -> None:
    later = with_paper(toy, OTHER)
    assert cut(later, 1_736_400_000).paper is None
    assert leave_last(later, 1).known.paper is None
    assert paper_of(later) == replace(
        OTHER, temperatures={name: OTHER.temperature(name) for name in OTHER.weights}
    )


def test_judging_tunes_on_what_is_known_alone(shop: Snapshot) -> None:
    split = leave_one_out(shop)
    prepare = tuned(LONG)
    known = prepare(split.known, silent)
    fitted, trial = tune_paper(split.known, LONG)
    assert (known.paper is not None) == trial.better
    assert served("paper", prepare)(split, 4, silent).lists.tolist() == (
        served("paper", lambda at, _: with_paper(at, fitted) if trial.better else at)(
            split, 4, silent
        ).lists.tolist()
    )
    again = tuned(LONG)(with_paper(split.known, BAD), silent)
    assert again.paper is not None
    assert isinstance(paper_of(again), Recipe)


def test_weights_that_are_no_better_are_not_served(toy: Snapshot) -> None:
    assert tuned(TuneConfig())(toy, silent) is toy
    better = tuned(LONG)(with_paper(toy, BAD), silent)
    assert better.paper is not None


def test_a_ranker_learns_by_the_kept_network_or_trains_it_again(
    toy: Snapshot, tmp_path: Path
) -> None:
    learn, config = LearnConfig(SMALL, RankerConfig(hidden=4, epochs=1)), TuneConfig()
    said: list[str] = []
    aside = Aside(past=tmp_path, say=said.append)
    first, trial = tune_ranker(toy, learn, None, config, aside)
    assert said == ["no network is kept that does not know this graph's last products: trains it"]
    assert (trial.fitted, trial.judged, trial.before) == (2, 1, None)
    assert "gnn" in first.terms
    again, judged = tune_ranker(toy, learn, first, config, aside)
    assert len(said) == 1  # this time it is there
    assert np.array_equal(again.hidden, first.hidden)
    assert judged.before == judged.after == trial.after
    assert not judged.better


def test_a_ranker_without_vectors_looks_at_no_learned_term(toy: Snapshot) -> None:
    ranker, _ = tune_ranker(toy, LearnConfig(None, RankerConfig(hidden=4, epochs=1)), None)
    assert "gnn" not in ranker.terms


def test_weights_that_cannot_be_blended_are_refused_with_what_repairs_them(toy: Snapshot) -> None:
    for broken in (
        replace(OTHER, weights={**OTHER.weights, "next": float("nan")}),
        replace(OTHER, temperatures={"next": 0.0}),
    ):
        recommender = Recommender(MemoryGraph(with_paper(toy, broken)))
        with pytest.raises(GraphError, match="run kgrec tune --recipe paper --reset"):
            recommender.recommend(Request("ann"))
    with pytest.raises(OptionError):
        Recommender(MemoryGraph(toy)).recommend(Request("ann", recipe="paper-tuned"))
