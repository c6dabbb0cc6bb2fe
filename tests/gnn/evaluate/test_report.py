"""A report on the toy shop: what is ranked, measured, compared and shown."""

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray

from gnn.config import MODELS
from gnn.evaluate.baselines import Scorer
from gnn.evaluate.html import as_html
from gnn.evaluate.judge import Figure
from gnn.evaluate.lists import Lists
from gnn.evaluate.order import SHUFFLED
from gnn.evaluate.published import BENCHMARKS, published
from gnn.evaluate.rankings import given, scored
from gnn.evaluate.report import Report, evaluate
from gnn.evaluate.served import served
from gnn.evaluate.split import Split, among
from gnn.evaluate.splits import leave_one_out, temporal
from gnn.evaluate.text import as_text
from gnn.evaluate.trained import network
from gnn.items import train_items
from kg.errors import OptionError
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import Snapshot, snapshot_of
from kg.snapshot.types import Ints, Rows
from kg.sources import open_source

NAN = float("nan")


@pytest.fixture(scope="module")
def split() -> Split:
    """ann is to guess shirt, bob trail, cat lippink."""
    toy = snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))
    return leave_one_out(toy, "test")


def lists(split: Split, *rows: list[str]) -> Lists:
    """Lists of ten places, by name."""
    code, found = split.known.products.code, np.full((len(rows), 10), -1, np.int32)
    for place, row in enumerate(rows):
        found[place, : len(row)] = [code[each] for each in row]
    return found


@pytest.fixture(scope="module")
def report(split: Split) -> Report:
    right = lists(split, ["shirt"], ["trail", "shirt"], ["soap", "lippink"])
    wrong = lists(split, ["soap"], ["soap"], ["soap"])
    curve = [(1, 2.0, 0.1), (2, 1.5, 0.2)]
    return evaluate(split, {"wrong": given(wrong), "right": given(right, curve)}, ks=(5, 10))


def test_models_are_measured_the_best_first(report: Report) -> None:
    right, wrong = report.models
    assert (right.name, wrong.name) == ("right", "wrong")
    assert right.measures["recall@5"] == Figure(1.0, 1.0, 1.0, 3)
    assert wrong.measures["ndcg@10"] == Figure(0.0, 0.0, 0.0, 3)
    assert right.measures["mrr@10"].value == pytest.approx(2.5 / 3)
    assert (report.users, report.products, report.targets) == (3, 12, 3)
    assert report.known_events == 13
    assert report.met == 0


def test_what_was_met_before_is_told_where_there_is_such(report: Report) -> None:
    assert "never met" not in as_text(report)
    known = replace(report, met=1)
    said = "33.3% of the targets had been viewed, carted or liked by their user before"
    assert said in as_text(known)
    assert said in as_html([known])


def test_lists_are_judged_beyond_accuracy(report: Report) -> None:
    right, wrong = report.models
    assert right.measures["coverage@10"].value == pytest.approx(4 / 12)
    # bob's trail and shirt, cat's soap and lippink: no pair has a category in common.
    assert right.measures["category_diversity@10"] == Figure(1.0, 1.0, 1.0, 2)
    assert np.isnan(wrong.measures["category_diversity@10"].value)
    # Two lists of three share nothing; every two of the others one place of ten.
    assert wrong.measures["personalization@10"].value == pytest.approx(0.9)
    assert wrong.measures["filled@10"].value == pytest.approx(0.1)
    # Nobody is known to want soap: log2(5) bits, for of the six users fay wanted nothing.
    assert wrong.measures["novelty@10"].value == pytest.approx(np.log2(5))
    assert wrong.measures["popularity_lift@10"].value == -1.0


def test_users_of_the_future_make_nothing_novel() -> None:
    toy = snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))
    later = temporal(toy, 1736380800)  # bob is to guess sock and trail
    model = evaluate(later, {"known": given(lists(later, ["runner"]))}, ks=(10,)).models[0]
    # ann, bob and dan of ann, bob, cat and dan have runner; eve and fay are not here yet.
    assert model.measures["novelty@10"].value == pytest.approx(np.log2(4 / 3))


def test_without_categories_and_texts_there_is_no_diversity(split: Split) -> None:
    nothing = Rows(np.zeros(13, np.int64), np.empty(0, np.int32))
    bare = replace(split, known=replace(split.known, product_categories=nothing))
    measures = (
        evaluate(bare, {"none": given(lists(split, [], [], []))}, ks=(10,)).models[0].measures
    )
    assert not {"category_diversity@10", "text_diversity@10"} & set(measures)


def test_lists_are_judged_by_group(report: Report) -> None:
    groups = report.models[0].groups["recall@10"]
    # lippink has one buyer left (eve), shirt and trail have none.
    assert {name: (each.value, each.users) for name, each in groups.items()} == {
        "tail": (1.0, 3),
        "0-2": (1.0, 3),
    }


def test_two_models_are_compared_user_by_user(report: Report) -> None:
    assert report.p_values["right"]["wrong"] == report.p_values["wrong"]["right"]
    assert report.p_values["right"]["wrong"] == pytest.approx(0.25, abs=0.02)


def test_exposure_says_how_popular_the_listed_are(split: Split) -> None:
    ranker = given(lists(split, ["runner", "soap"], ["runner"], ["runner"]))
    exposure = evaluate(split, {"popular": ranker}, ks=(10,)).models[0].exposure
    # runner, wanted by 3 of 9, is the first tenth; soap, wanted by nobody, in the last.
    assert exposure == (0.75, *[0.0] * 8, 0.25)


def test_a_model_is_shown_what_is_known_and_nothing_else(split: Split) -> None:
    shown = []

    def spy(known: Snapshot) -> Scorer:
        shown.append(known)
        return lambda users: np.tile(np.arange(12.0), (len(users), 1))

    ranking = scored(spy)(split, 2, lambda *_: None)
    assert shown == [split.known]
    assert ranking.lists.tolist() == [[11, 10]] * 3
    # woolsock and trail lead; trail is bob's target: all but one of the nine others are below.
    assert ranking.also["auc"][1] == pytest.approx(8 / 9)


def test_reached_is_the_share_of_targets_with_a_score(split: Split) -> None:
    trail = split.known.products.code["trail"]

    def only_trail(users: Ints) -> NDArray[np.float64]:
        found = np.full((len(users), 12), -np.inf)
        found[:, trail] = 1.0
        return found

    ranking = scored(lambda _: only_trail)(split, 2, lambda *_: None)
    assert ranking.also["reached"].tolist() == [0.0, 1.0, 0.0]
    assert ranking.lists.tolist() == [[trail, -1]] * 3


def test_users_are_ranked_some_at_a_time(split: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    def by_user(known: Snapshot) -> Scorer:
        return lambda users: -np.abs(np.arange(12.0) - 2 * users[:, None])

    whole = scored(by_user)(split, 3, lambda *_: None)
    monkeypatch.setattr("gnn.evaluate.rankings.SCORES", 12)
    told: list[tuple[int, int | None]] = []

    def tell(stage: str, done: int, total: int | None = None) -> None:
        told.append((done, total))

    parts = scored(by_user)(split, 3, tell)
    assert parts.lists.tolist() == whole.lists.tolist()
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_what_is_judged_is_what_is_served(split: Split) -> None:
    lists = served("paper")(split, 4, lambda *_: None).lists
    recommender = Recommender(MemoryGraph(split.known))
    for row, user in enumerate(split.users.tolist()):
        name = split.known.users[user]
        answer = recommender.recommend(Request(user_id=name, k=4, recipe="paper"))
        names = [each.product_id for each in answer.results]
        assert [split.known.products.ids[code] for code in lists[row]] == names
    # Nothing that the user has is served, as nothing of it is in `seen`.
    assert not any(set(lists[row]) & set(split.seen.of(row)) for row in range(3))


def test_a_network_shows_how_it_learned(split: Split) -> None:
    small = replace(MODELS["items"], dimension=8, epochs=2, batch=4, negatives=8, device="cpu")
    report = evaluate(split, {"gnn": scored(partial(network, small))}, ks=(10,))
    losses = train_items(split.known, small).losses
    assert [each[:2] for each in report.curves["gnn"]] == list(enumerate(losses, 1))
    # Nothing validated: the loss alone is drawn.
    assert len(re.findall("<svg", as_html([report]))) == 5


def test_an_unknown_recipe_is_refused(split: Split) -> None:
    with pytest.raises(OptionError, match="no recipe 'sweet'"):
        served("sweet")(split, 4, lambda *_: None)


def test_the_recommender_ranks_everything(split: Split) -> None:
    with pytest.raises(ValueError, match="ranks all products"):
        served()(among(split, np.array([1], np.int32)), 4, lambda *_: None)


def test_given_lists_have_a_row_for_each_user(split: Split) -> None:
    with pytest.raises(ValueError, match=r"expected lists \[3, >= 20\], got \(2, 10\)"):
        evaluate(split, {"short": given(np.zeros((2, 10), np.int32))})


def test_ranking_among_some_judges_among_them(split: Split) -> None:
    code = split.known.products.code
    some = among(split, np.array([code["shirt"], code["soap"]], np.int32))
    flat = scored(lambda _: lambda users: np.zeros((len(users), 12)))
    report = evaluate(some, {"flat": flat})
    assert report.products == 2
    # shirt, level with soap, comes after it for ann; nobody else's target is among the two.
    assert report.models[0].values["mrr@10"].tolist() == [0.5, 0.0, 0.0]


def test_benchmarks_are_recognised_by_their_sizes(split: Split) -> None:
    assert published(split) is None
    beauty = BENCHMARKS[0]
    known = replace(
        split.known, products=replace(split.known.products, ids=("",) * beauty.products)
    )
    same = replace(
        split,
        known=known,
        users=np.zeros(beauty.users, np.int32),
        targets=Rows(np.zeros(1, np.int64), np.zeros(beauty.targets, np.int32)),
    )
    assert published(same) is beauty
    for name in ("leave-one-out validation", f"leave-one-out test, {SHUFFLED}"):
        assert published(replace(same, name=name)) is None
    sasrec = next(row for row in beauty.rows if row.name == "SASRec")
    assert sasrec.measures == {
        "recall@5": 0.0387,
        "ndcg@5": 0.0249,
        "recall@10": 0.0605,
        "ndcg@10": 0.0318,
    }
    assert all(row.source for each in BENCHMARKS for row in each.rows)


def test_the_plain_form_has_no_numbers_that_json_has_not(report: Report) -> None:
    plain = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert plain["models"][0]["measures"]["recall@5"]["value"] == 1.0
    assert plain["models"][1]["measures"]["category_diversity@10"]["value"] is None
    assert "values" not in plain["models"][0]
    assert plain["curves"] == {"right": [[1, 2.0, 0.1], [2, 1.5, 0.2]]}


def test_the_text_has_a_row_for_each_model_and_published_figure(report: Report) -> None:
    text = as_text(replace(report, benchmark=BENCHMARKS[0]))
    lines = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert text.startswith("leave-one-out test: 3 users, 3 targets, every one of 12 products")
    accuracy = next(line for line in text.splitlines() if line.startswith("right"))
    assert accuracy.split()[:3] == ["right", "1.0000", "±0.0000"]
    assert lines["GRAM"][1:3] == ["0.0890", "0.0531"]
    assert lines["GRAM"][-2:] == ["GRAM", "slides"]
    p = report.p_values["right"]["wrong"]
    assert text.endswith(f"right does not surely differ in ndcg@10 from wrong (p = {p:.2g})\n")


def test_the_page_is_whole_and_needs_nothing_else(report: Report) -> None:
    page = as_html([replace(report, split="<odd>", benchmark=BENCHMARKS[0])])
    assert "<h1>&lt;odd&gt;</h1>" in page
    assert not re.search(r"(src|href)=", page)
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    # Two measures, coverage, exposure, and the loss and measure of the learning curve.
    assert len(drawings) == 6
    assert all(ET.fromstring(each).tag.endswith("svg") for each in drawings)
    assert "S3-Rec repository" in page
