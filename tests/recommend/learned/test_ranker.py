"""The ranker's scores and contributions, worked out by hand."""

import numpy as np
import pytest

from kg.recommend.learned import Ranker
from kg.recommend.learned.ranker import coalitions, forms


def of_two(bias: float = -0.5) -> Ranker:
    """relu(next + gnn + bias) + 2 relu(next - 1), on the terms as they are."""
    hidden = np.zeros((2, 8))
    hidden[0, :2] = 1.0
    hidden[1, 0] = 1.0
    return Ranker(
        ("next", "gnn"), np.zeros(8), np.ones(8), hidden, np.array([bias, -1.0]), np.array([1, 2.0])
    )


def test_a_term_is_seen_as_it_is_as_root_as_logarithm_and_as_a_share_of_the_best() -> None:
    seen = forms(np.array([[0.25, -1.0]]), np.array([0.5, 0.0]))
    assert seen.tolist() == [[0.25, -1.0, 0.5, 0.0, pytest.approx(np.log(3.5)), 0.0, 0.5, -1.0]]


def test_scores_are_the_network_of_the_standardised_terms() -> None:
    assert of_two().scores(np.array([[1.0, 0.5], [2.0, 0.0], [0.0, 0.0]])).tolist() == [1.0, 3.5, 0]


def test_contributions_are_mean_gains_over_both_orders() -> None:
    # Worth of no group 0, of next alone .5, of gnn alone 0, of both 1.
    parts = of_two().contributions(np.array([[1.0, 0.5]]), [0])
    assert {name: part.tolist() for name, part in parts.items()} == {
        "base": [0.0],
        "next": [0.75],
        "gnn": [0.25],
    }


def test_leads_are_mean_gains_over_both_orders_from_the_candidate_after() -> None:
    values = np.array([[1.0, 0.5], [0.25, 0.5], [0.25, 0.0]])
    # From (.25, .5), worth .25, to (1, .5), worth 1: gnn is equal and gives nothing. From (.25, 0),
    # worth 0, to (.25, .5).
    leads = of_two().leads(values, [0, 1, 2])
    assert {name: part.tolist() for name, part in leads.items()} == {
        "next": [0.75, 0.0],
        "gnn": [0.0, 0.25],
    }
    # From (.25, 0), worth 0, to (1, .5), worth 1: next alone makes .5, gnn alone .25.
    leads = of_two().leads(values, [0, 2])
    assert {name: part.tolist() for name, part in leads.items()} == {
        "next": [0.625],
        "gnn": [0.375],
    }


def test_contributions_and_base_sum_to_the_score() -> None:
    chance = np.random.default_rng(1)
    terms = ("next", "next_last", "together", "similar", "brand", "popularity", "gnn")
    ranker = Ranker(
        terms,
        chance.normal(size=28),
        chance.uniform(0.5, 2, 28),
        chance.normal(size=(8, 28)),
        chance.normal(size=8),
        chance.normal(size=8),
    )
    values = chance.normal(size=(5, 7))
    parts = ranker.contributions(values, [3, 0])
    assert set(parts) == {"base", "next", "together", "similar", "brand", "popularity", "gnn"}
    assert np.abs(sum(parts.values()) - ranker.scores(values)[[3, 0]]).max() < 1e-9
    assert np.ptp(parts["base"]) == 0.0


def test_shares_of_three_groups_are_a_third_a_sixth_and_a_third() -> None:
    chosen, shares = coalitions(3)
    assert chosen[0].tolist() == [0, 0, 0]
    first = dict(zip(map(tuple, chosen.astype(int).tolist()), shares[0].tolist(), strict=True))
    assert first == {
        (0, 0, 0): pytest.approx(-1 / 3),
        (0, 0, 1): pytest.approx(-1 / 6),
        (0, 1, 0): pytest.approx(-1 / 6),
        (0, 1, 1): pytest.approx(-1 / 3),
        (1, 0, 0): pytest.approx(1 / 3),
        (1, 0, 1): pytest.approx(1 / 6),
        (1, 1, 0): pytest.approx(1 / 6),
        (1, 1, 1): pytest.approx(1 / 3),
    }
