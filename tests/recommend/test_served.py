"""What requests share of one revision of a graph."""

import numpy as np
import pytest

from kg.graph.memory import MemoryGraph
from kg.recommend.served import Served, read_meta
from tests.recommend.conftest import AXES, ByAxes


def test_what_is_hot_is_the_mean_of_popularity_times_vector(toy: MemoryGraph) -> None:
    served = Served(toy, read_meta(toy), lambda _: ByAxes())
    hot = served.hot(served.subtrees(["beauty/lips"]))
    ids = ("lippink", "lipred", "balm", "lipacme")
    rows = {row["product_id"]: row for row in toy.read("resolve/products", ids=list(ids))}
    pink, red, balm, acme = (rows[each]["popularity"] for each in ids)
    assert (hot.most, acme) == (pink, 0.0)
    assert 0 < balm < red < pink
    # "Pink Lipstick" names one axis, "Red Lipstick" two, "Lip Balm" one; four products share.
    half = np.sqrt(0.5)
    by_hand = {
        "lipstick": (1 + half * red / pink) / 4,
        "red": half * red / pink / 4,
        "balm": balm / pink / 4,
    }
    assert dict(zip(AXES, hot.vector.tolist(), strict=True)) == pytest.approx(
        {axis: by_hand.get(axis, 0.0) for axis in AXES}, abs=1e-6
    )
