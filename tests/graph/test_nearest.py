import numpy as np

from kg.graph.memory.nearest import nearest

# Three directions in the plane, the first twice.
ROWS = np.array([[1, 0], [0, 1], [0.6, 0.8], [1, 0]], np.float32)
EVERY = np.ones(4, np.bool_)


def test_the_nearest_come_first_and_equal_ones_in_their_order() -> None:
    found = list(nearest(ROWS, [[2.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], EVERY, 3))
    assert found == [[0, 3, 2], [1, 2, 0], [1, 2, 0]]


def test_only_rows_of_the_mask_are_found() -> None:
    assert list(nearest(ROWS, [[1.0, 0.0]], np.array([False, True, True, False]), 3)) == [[2, 1]]
    assert list(nearest(ROWS, [[1.0, 0.0]], np.zeros(4, np.bool_), 3)) == [[]]


def test_many_vectors_find_what_each_finds_alone() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(500, 24)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    asked = list(chance.normal(size=(40, 24)))
    every = np.ones(500, np.bool_)
    alone = [codes for vector in asked for codes in nearest(rows, [vector], every, 7)]
    assert list(nearest(rows, asked, every, 7)) == alone
    assert list(nearest(rows, asked, every, 7, block=1500)) == alone  # three vectors a block
    units = np.array(asked) / np.linalg.norm(asked, axis=1, keepdims=True)
    exact = np.argsort(-(units @ rows.astype(np.float64).T), axis=1)[:, :7]
    assert alone == exact.tolist()
