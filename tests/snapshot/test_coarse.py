import numpy as np

from kg.dots import dots
from kg.snapshot.axes import principal_axes
from kg.snapshot.coarse import coarse


def test_axes_are_those_along_which_vectors_are_long() -> None:
    # Of 20 dimensions the last 16 hold 16/17 of the squares.
    vectors = np.diag([0.5] * 4 + [1.0] * 16)
    axes = principal_axes(vectors)
    assert axes.shape == (20, 16)
    assert np.allclose(np.abs(axes[:4]), 0)
    assert np.allclose(axes.T @ axes, np.eye(16))


def test_all_axes_are_kept_where_vectors_have_no_more_than_a_step_of_them() -> None:
    turned = coarse(np.array([[0.6, 0.8], [0.0, -1.0]], np.float32))
    assert turned.axes.shape == (2, 2)
    assert turned.rest.round(6).tolist() == [0.0, 0.0]


def test_nothing_is_coarse_as_nothing() -> None:
    assert coarse(np.zeros((0, 0))).whole.shape == (0, 0)
    assert coarse(np.zeros((3, 2))).rest.tolist() == [0.0, 0.0, 0.0]


def test_what_the_axes_leave_out_is_known_by_its_length() -> None:
    vectors = np.diag([0.5] * 4 + [1.0] * 16)
    turned = coarse(vectors)
    assert turned.rest.round(6).tolist() == [0.5] * 4 + [0.0] * 16
    assert turned.like(np.full((1, 20), 0.25)).rest.tolist() == [0.5]


def test_inner_products_are_of_the_rows_that_are_asked_for() -> None:
    table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    sides = np.array([[1.0, 0.0], [0.5, -1.0]])
    found = dots(table, np.array([2, 0], np.int32), sides)
    assert found.tolist() == [[5.0, -3.5], [1.0, -1.5]]
