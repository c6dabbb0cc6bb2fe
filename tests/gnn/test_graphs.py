"""Adjacencies by hand."""

import numpy as np
import pytest

from gnn.graphs import adjacency, text_links, without


def test_an_adjacency_is_symmetric_and_normalised_by_degrees() -> None:
    # 0 -> 1 and 1 -> 0 add up to 3, 1 -> 2 weighs 1: degrees 3, 4, 1.
    links = (np.array([0, 1, 1]), np.array([1, 0, 2]), np.array([1.0, 2.0, 1.0]))
    dense = adjacency(links, 3).to_dense()
    assert dense.tolist() == [
        [0.0, pytest.approx(3 / np.sqrt(12)), 0.0],
        [pytest.approx(3 / np.sqrt(12)), 0.0, pytest.approx(0.5)],
        [0.0, pytest.approx(0.5), 0.0],
    ]


def test_a_node_without_links_has_an_empty_row() -> None:
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    assert adjacency(nothing, 2).to_dense().tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_text_links_go_to_the_nearest_and_skip_products_without_text() -> None:
    text = np.array([[1, 0], [0.8, 0.6], [0, 1], [0, 0]], np.float32)
    source, target, weight = text_links(text, 1)
    assert list(zip(source.tolist(), target.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 1)]
    assert weight.tolist() == [pytest.approx(each) for each in (0.8**4, 0.8**4, 0.6**4)]


def test_a_draw_leaves_out_a_share_of_the_links_and_nothing_else() -> None:
    links = (np.arange(1000), np.arange(1000), np.ones(1000))
    source, target, weight = without(links, 0.3, np.random.default_rng(1))
    assert (source == target).all()
    assert 650 < len(source) == len(weight) < 750
    assert len(without(links, 0.0, np.random.default_rng(1))[0]) == 1000
