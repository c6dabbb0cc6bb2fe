"""Baselines on the toy shop: scores worked out by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.evaluate import baselines
from gnn.evaluate.baselines import BASELINES, Baseline
from gnn.evaluate.sparse import Weighted, added, cosines, histories, transposed, walked
from kg.errors import GraphError, OptionError
from kg.snapshot import Snapshot, snapshot_of
from kg.snapshot.types import Vectors
from kg.sources import open_source

INF = float("inf")


@pytest.fixture(scope="module")
def toy() -> Snapshot:
    """The toy shop; its texts are vectors of what they are about: shoes, socks, lips."""
    shop = snapshot_of(open_source(Path(__file__).parents[2] / "toy_shop"))
    about = {"runner": [1, 0, 0], "trail": [1, 0, 0], "sock": [0, 1, 0], "lipred": [0, 0, 1]}
    vectors = np.array([about.get(each, [0, 0, 0]) for each in shop.products.ids], np.float32)
    nothing = np.zeros((0, 3), np.float32)
    return replace(shop, text=Vectors(vectors, nothing, nothing))


def scores(baseline: Baseline, toy: Snapshot, user: str) -> dict[str, float]:
    """What is recommended to a user, and how strongly."""
    found = baseline(toy)(np.array([toy.user_code[user]], np.int32))
    assert found.shape == (1, 12)
    ids = toy.products.ids
    return {ids[code]: float(x) for code, x in enumerate(found[0]) if x > -INF}


def test_popularity_is_the_same_for_everybody(toy: Snapshot) -> None:
    found = scores(baselines.popularity, toy, "fay")
    assert found == scores(baselines.popularity, toy, "ann")
    assert found == dict(zip(toy.products.ids, toy.derived.popularity, strict=True))


def test_item_knn_adds_up_the_shrunk_cosines_of_ones_products(toy: Snapshot) -> None:
    # dan has runner (3 buyers), bought by ann and bob with sock (2), and once with shirt and trail.
    assert scores(baselines.item_knn, toy, "dan") == {
        "sock": pytest.approx(2 / (6**0.5 + 10)),
        "shirt": pytest.approx(1 / (3**0.5 + 10)),
        "trail": pytest.approx(1 / (3**0.5 + 10)),
    }


def test_item_knn_adds_over_the_history(toy: Snapshot) -> None:
    found = scores(baselines.item_knn, toy, "ann")
    # bob's trail goes with runner and with sock.
    assert found["trail"] == pytest.approx(1 / (3**0.5 + 10) + 1 / (2**0.5 + 10))


def test_item_knn_with_recency_counts_the_latest_most(toy: Snapshot) -> None:
    found = scores(baselines.item_knn_recent, toy, "bob")  # runner, sock, trail
    assert found["shirt"] == pytest.approx(0.7 / (2**0.5 + 10) + 0.49 / (3**0.5 + 10))


def test_user_knn_adds_up_what_like_minded_users_wanted(toy: Snapshot) -> None:
    # dan (1 product) shares his with ann and bob, who have 3 each.
    alike = 1 / (3**0.5 + 10)
    assert scores(baselines.user_knn, toy, "dan") == {
        "runner": pytest.approx(2 * alike),
        "sock": pytest.approx(2 * alike),
        "shirt": pytest.approx(alike),
        "trail": pytest.approx(alike),
    }


def test_the_walk_follows_bought_next_from_the_latest_most(toy: Snapshot) -> None:
    code, edges = toy.products.code, toy.derived.bought_next
    weight = {
        (a, b): edges.weight[edges.start[code[a]] + edges.of(code[a]).tolist().index(code[b])]
        for a, b in (("runner", "sock"), ("sock", "shirt"), ("runner", "shirt"))
    }
    found = scores(baselines.bought_next, toy, "bob")  # runner, sock, trail
    assert found["shirt"] == pytest.approx(
        0.8 * weight["sock", "shirt"] + 0.64 * weight["runner", "shirt"]
    )
    assert found["sock"] == pytest.approx(0.64 * weight["runner", "sock"])


def test_text_is_the_cosine_with_the_mean_of_ones_products(toy: Snapshot) -> None:
    # ann's runner and sock point between the two; her shirt has no vector.
    half = pytest.approx(0.5**0.5)
    assert scores(baselines.text_only, toy, "ann") == {
        "runner": half,
        "trail": half,
        "sock": half,
        "lipred": 0.0,
    }


def test_text_needs_vectors(toy: Snapshot) -> None:
    with pytest.raises(GraphError, match="kgrec refresh-embeddings"):
        baselines.text_only(replace(toy, text=None))


def test_ease_solves_its_regression(toy: Snapshot) -> None:
    own = histories(toy)
    x = np.zeros((6, 12))
    for user in range(6):
        mine = own.to[own.start[user] : own.start[user + 1]]
        x[user, mine] = 1 / np.sqrt(max(len(mine), 1))
    inverse = np.linalg.inv(x.T @ x + 30 * np.eye(12))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    found = baselines.ease(toy)(np.array([toy.user_code["cat"]], np.int32))
    assert found[0] == pytest.approx((x[2] > 0) @ weights, abs=1e-7)
    assert found[0, toy.products.code["lipred"]] > 0


def test_ease_refuses_what_would_not_fit(toy: Snapshot) -> None:
    many = replace(toy.products, ids=tuple(f"{n:06}" for n in range(50_001)))
    with pytest.raises(OptionError, match="refused above 50,000 products"):
        baselines.ease(replace(toy, products=many))


def test_the_usual_ones_are_those_that_the_graph_allows(toy: Snapshot) -> None:
    assert baselines.usual(toy) == list(BASELINES)
    many = replace(toy.products, ids=tuple(f"{n:06}" for n in range(50_001)))
    silent = replace(toy, products=many, text=None)
    assert set(BASELINES) - set(baselines.usual(silent)) == {"ease", "text"}


@pytest.mark.parametrize("name", [name for name in BASELINES if name != "popularity"])
def test_who_has_no_history_gets_nothing(name: str, toy: Snapshot) -> None:
    assert scores(BASELINES[name], toy, "fay") == {}


def test_cosines_keep_the_strongest() -> None:
    rows = Weighted(
        np.array([0, 3, 5]), np.array([0, 1, 2, 0, 1], np.int32), np.ones(5, np.float64)
    )
    found = cosines(rows, 3, shrink=0.0, keep=1)
    assert found.start.tolist() == [0, 1, 2, 3]
    assert found.to.tolist() == [1, 0, 0]
    assert found.weight.tolist() == [1.0, 1.0, pytest.approx(2**-0.5)]


def test_rows_turn_round() -> None:
    rows = Weighted(np.array([0, 2, 3]), np.array([1, 0, 1], np.int32), np.array([1.0, 2.0, 3.0]))
    found = transposed(rows, 3)
    assert found.start.tolist() == [0, 1, 3, 3]
    assert (found.to.tolist(), found.weight.tolist()) == ([0, 0, 1], [2.0, 1.0, 3.0])


def test_walks_add_up_and_leave_out_what_is_not_reached() -> None:
    seeds = Weighted(np.array([0, 2, 2]), np.array([0, 1], np.int32), np.array([1.0, 0.5]))
    over = Weighted(np.array([0, 1, 3]), np.array([2, 2, 0], np.int32), np.array([0.25, 1.0, 3.0]))
    nodes = np.array([1, 0], np.int32)
    assert walked(seeds, nodes, over, 3).tolist() == [[-INF] * 3, [1.5, -INF, 0.75]]


def test_sums_of_dense_rows_need_seeds() -> None:
    seeds = Weighted(np.array([0, 2, 2]), np.array([0, 1], np.int32), np.array([1.0, 0.5]))
    rows = np.array([[1, 2], [4, 0]], np.float32)
    nodes = np.array([0, 1], np.int32)
    assert added(seeds, nodes, rows).tolist() == [[3.0, 2.0], [-INF, -INF]]
