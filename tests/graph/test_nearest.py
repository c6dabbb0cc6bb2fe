import numpy as np

from kg.graph.memory.nearest import cosines_of, error, nearest
from kg.snapshot.coarse import coarse

# Three directions in the plane, the first twice.
ROWS = np.array([[1, 0], [0, 1], [0.6, 0.8], [1, 0]], np.float32)
EVERY = np.ones(4, np.bool_)


def test_the_nearest_come_first_and_equal_ones_in_their_order() -> None:
    found = list(nearest(ROWS, coarse(ROWS), [[2.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], EVERY, 3))
    assert found == [[0, 3, 2], [1, 2, 0], [1, 2, 0]]


def test_only_rows_of_the_mask_are_found() -> None:
    assert list(
        nearest(ROWS, coarse(ROWS), [[1.0, 0.0]], np.array([False, True, True, False]), 3)
    ) == [[2, 1]]
    assert list(nearest(ROWS, coarse(ROWS), [[1.0, 0.0]], np.zeros(4, np.bool_), 3)) == [[]]


def test_many_vectors_find_what_each_finds_alone() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(500, 24)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    asked = list(chance.normal(size=(40, 24)))
    every = np.ones(500, np.bool_)
    alone = [codes for vector in asked for codes in nearest(rows, coarse(rows), [vector], every, 7)]
    assert list(nearest(rows, coarse(rows), asked, every, 7)) == alone
    assert (
        list(nearest(rows, coarse(rows), asked, every, 7, block=1500)) == alone
    )  # three vectors a block
    units = np.array(asked) / np.linalg.norm(asked, axis=1, keepdims=True)
    exact = np.argsort(-(units @ rows.astype(np.float64).T), axis=1)[:, :7]
    assert alone == exact.tolist()


def test_products_of_whole_numbers_are_as_near_as_they_say() -> None:
    chance = np.random.default_rng(5)
    rows = chance.normal(size=(300, 384))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rough = coarse(rows)
    turned = rows @ rough.axes
    off = cosines_of(rough.whole[:200], rough.whole[200:]) - turned[200:] @ turned[:200].T
    assert 0 < np.abs(off).max() < error(384) < 0.001
    plane = coarse(ROWS)
    alike = cosines_of(plane.whole, plane.whole[:1])
    assert [round(float(each), 4) for each in alike[0]] == [1.0, 0.0, 0.6, 1.0]


def test_what_few_axes_leave_out_is_made_up_for() -> None:
    chance = np.random.default_rng(7)
    spread = np.where(np.arange(64) < 10, 3.0, 0.35)  # most of each vector lies in ten dimensions
    rows = (chance.normal(size=(3000, 64)) * spread).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rough = coarse(rows)
    assert rough.whole.shape == (3000, 16)
    assert 0.15 < rough.rest.mean() < 0.3
    asked = rows[:50].astype(np.float64) + chance.normal(size=(50, 64)) * 0.02
    units = asked / np.linalg.norm(asked, axis=1, keepdims=True)
    cosines = np.round(units @ rows.astype(np.float64).T, 9)
    exact = np.argsort(-cosines, axis=1, kind="stable")[:, :20]
    by_axes = cosines_of(rough.whole, rough.like(units).whole)
    assert np.argsort(-by_axes, axis=1)[:, :20].tolist() != exact.tolist()
    assert list(nearest(rows, rough, list(asked), np.ones(3000, np.bool_), 20)) == exact.tolist()


def test_what_whole_numbers_cannot_tell_apart_is_told_apart() -> None:
    angles = np.arange(2000) * 1e-6
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    asked = [float(np.cos(0.001)), float(np.sin(0.001))]
    every = np.ones(2000, np.bool_)
    exact = np.argsort(-np.round(rows.astype(np.float64) @ asked, 9), kind="stable")[:5]
    assert list(nearest(rows, coarse(rows), [asked], every, 5)) == [exact.tolist()]
