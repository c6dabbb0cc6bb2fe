"""A user's learned vector: by hand, and as the model that it is learned with makes it."""

import numpy as np
import pytest

from kg.recommend.learned import Head


def plain(gate: float = 0.0) -> Head:
    """The latest product counts three times as much as the one before it; nothing is moved."""
    return Head(
        position=np.log([3.0, 1.0]),
        ask=np.eye(2),
        key=np.eye(2),
        gate=np.array(gate),
        widen=np.zeros((4, 2)),
        widen_bias=np.zeros(4),
        narrow=np.zeros((2, 4)),
        narrow_bias=np.zeros(2),
    )


def test_the_latest_products_weigh_by_their_places() -> None:
    user = plain().user(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 9.0]]))
    assert user.tolist() == [pytest.approx(3 / np.sqrt(10)), pytest.approx(1 / np.sqrt(10))]


def test_a_single_product_is_the_user() -> None:
    assert plain().user(np.array([[0.6, 0.8]])).tolist() == [pytest.approx(0.6), pytest.approx(0.8)]


def test_attention_adds_what_is_like_the_latest() -> None:
    # Shares by place .75, .25; by likeness to the latest e/(e+1), 1/(e+1).
    user = plain(gate=1.0).user(np.array([[1.0, 0.0], [0.0, 1.0]]))
    first, second = 0.75 + np.e / (np.e + 1), 0.25 + 1 / (np.e + 1)
    assert user.tolist() == [
        pytest.approx(each / np.hypot(first, second)) for each in (first, second)
    ]


def test_a_user_without_products_gets_zeros() -> None:
    assert plain().user(np.zeros((0, 2))).tolist() == [0.0, 0.0]
