"""Derived relationships walked backwards."""

import numpy as np

from kg.snapshot.types import Derived, Edges


def test_the_strongest_that_lead_to_a_product_are_walked_backwards_ties_by_code() -> None:
    # Products 1 to 60 lead to product 0, the higher the stronger, but 11 and 12 alike.
    weights = np.arange(60) / 60
    weights[11] = weights[10]
    start, to = np.r_[0, np.arange(61)], np.zeros(60, np.int32)
    edges = Edges(start, to, weights, np.arange(60, dtype=np.int32))
    none = np.zeros(61)
    before = Derived(none, none, none, edges, edges).bought_before
    assert before.start.tolist() == [0, *[50] * 61]
    assert before.to.tolist() == [*range(60, 12, -1), 11, 12]
    assert before.support.tolist() == [*range(59, 11, -1), 10, 11]
