"""Words of titles: which are known, how telling they are, and what titles have in common."""

from math import log

import numpy as np
import pytest

from kg.recommend.learned import Words, telling
from kg.recommend.learned.words import LENGTH


def test_a_word_tells_more_the_fewer_titles_have_it_and_nothing_where_one_has() -> None:
    found = telling(["Red lipsticks", "The red RED lipstick", "Red soap", None], "english")
    assert found.words == ("lipstick", "red")
    assert found.idf.tolist() == [log(4 / 2), log(4 / 3)]


def test_what_is_longer_than_a_word_is_none() -> None:
    assert telling(["x" * 31, "x" * 31], "english").words == ()
    assert telling(["x" * 30, "x" * 30], "english").words == ("x" * 30,)


def test_a_shop_without_titles_has_no_words() -> None:
    assert telling([], "english").words == ()
    assert telling([None, ""], "english").words == ()


def test_codes_are_those_of_the_distinct_known_words() -> None:
    words = Words(("lipstick", "red"), np.array([1.0, 2.0]))
    assert words.codes("Red, red lipsticks of blue", "english") == [0, 1]
    assert words.codes(None, "english") == []
    assert words.codes("blue " * LENGTH + "red", "english") == []


def test_titles_have_in_common_the_cosine_of_their_tf_idf() -> None:
    words = Words(("lipstick", "red", "soap"), np.array([3.0, 4.0, 2.0]))
    own = np.array([[1, -1], [0, 1]], np.int32)
    others = np.array([[0, 1, -1], [2, -1, -1], [-1, -1, -1]], np.int32)
    found = words.in_common(own, np.array([1.0, 0.25]), others)
    assert found.latest.tolist() == pytest.approx([0.8, 0.0, 0.0])
    assert found.history.tolist() == pytest.approx([0.8 * 0.8 + 0.2 * 1.0, 0.0, 0.0])


def test_nothing_is_in_common_with_no_titles() -> None:
    words = Words(("red",), np.array([4.0]))
    none = words.in_common(np.zeros((0, 1), np.int32), np.zeros(0), np.array([[0]], np.int32))
    assert (none.latest.tolist(), none.history.tolist()) == ([0.0], [0.0])
