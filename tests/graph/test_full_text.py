"""Full text in memory scores as Lucene does."""

from math import log

import numpy as np
import pytest

from kg.graph.memory.full_text import any_word, as_typed, best, field_of, one_edit
from kg.language import tokens

TITLES = ["red shoe", "red red sock", None, "blue shoe shine kit"]
FIELD = field_of(TITLES, tokens)

# 3 documents have words, on average (2 + 3 + 4) / 3 = 3. Two of them say red: ln(1 + 1.5 / 2.5).
RARE = log(1.6)


def test_a_word_scores_by_rarity_frequency_and_length() -> None:
    scores = any_word([FIELD], ["red"], 4)
    short = 1 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3))
    twice = 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 3))
    assert scores.tolist() == pytest.approx([RARE * short, RARE * twice, 0.0, 0.0])


def test_words_and_fields_add_up() -> None:
    alone = any_word([FIELD], ["red"], 4) + any_word([FIELD], ["shoe"], 4)
    assert any_word([FIELD, FIELD], ["red", "shoe"], 4).tolist() == (2 * alone).tolist()


def test_an_unknown_word_finds_nothing() -> None:
    assert best(any_word([FIELD], ["green"], 4), 10).tolist() == []


def test_a_long_text_has_the_length_that_lucene_keeps_in_a_byte() -> None:
    # 24 + 57 = 81: 57 is 111001 in binary, its first four digits are 111000 = 56.
    long, exact = field_of(["a " * 81], str.split), field_of(["a " * 80], str.split)
    frequency = 81 / (81 + 1.2 * (0.25 + 0.75 * 80 / 81))
    assert long.score.tolist() == pytest.approx([log(1 + 0.5 / 1.5) * frequency])
    assert exact.score.tolist() == pytest.approx([log(1 + 0.5 / 1.5) * 80 / 81.2])


def test_the_best_are_ordered_by_score_and_then_by_code() -> None:
    assert best(np.array([1.0, 3.0, 0.0, 3.0, 2.0]), 3).tolist() == [1, 3, 4]
    assert best(np.array([1.0, 3.0]), 0).tolist() == []


def test_one_typo_in_a_longer_word_is_forgiven() -> None:
    scores = as_typed([FIELD], ["blux"], 4)
    blue = any_word([FIELD], ["blue"], 4)
    assert scores.tolist() == pytest.approx((0.5 * 0.75 * blue).tolist())


def test_the_last_word_may_be_unfinished() -> None:
    assert as_typed([FIELD], ["soc"], 4).tolist() == [0.0, 0.5, 0.0, 0.0]


def test_words_in_a_row_count_twice_as_a_phrase() -> None:
    words = ["shoe", "shine"]
    alone = any_word([FIELD], words, 4)[3]
    # Besides half for each word as its own typo, and half for the last as a prefix.
    assert as_typed([FIELD], words, 4)[3] == pytest.approx((1 + 2 + 0.5) * alone + 0.5)
    assert as_typed([FIELD], words[::-1], 4)[3] == pytest.approx((1 + 0.5) * alone + 0.5)


def test_a_phrase_counts_as_often_as_it_is_there_and_not_as_its_words() -> None:
    # Two documents; both of them say "red", one says "red wine": once, though "red" is there twice.
    field = field_of(["red wine red", "red"], str.split)
    words = ["red", "wine"]
    norm = 1.2 * (0.25 + 0.75 * 3 / 2)
    rarity = log(1 + 0.5 / 2.5) + log(1 + 1.5 / 1.5)
    others = any_word([field], words, 2)[0] + 0.5 * any_word([field], ["wine"], 2)[0] + 0.5
    assert as_typed([field], words, 2)[0] == pytest.approx(others + 2 * rarity / (1 + norm))


def test_one_edit_changes_adds_drops_or_swaps() -> None:
    assert one_edit("ab", "c") == {"b", "a", "ba", "cb", "ac", "cab", "acb", "abc"}
