import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.recommend.diversify import Aspect, diversify
from kg.recommend.types import Numbers

LIPS, EYES, NAILS = ("Category", "lips"), ("Category", "eyes"), ("Category", "nails")
SCORES: Numbers = np.array([1.0, 0.9, 0.8, 0.5, 0.0])
ASPECTS: list[frozenset[Aspect]] = [
    frozenset({LIPS}),
    frozenset({LIPS}),
    frozenset({LIPS}),
    frozenset({EYES}),
    frozenset({NAILS}),
]
EQUAL = {LIPS: 1 / 3, EYES: 1 / 3, NAILS: 1 / 3}
RANKED = [0, 1, 2, 3, 4]


def test_a_dial_at_zero_leaves_the_order_alone() -> None:
    assert diversify(RANKED, SCORES, ASPECTS, EQUAL, 0.0, 3) == [0, 1, 2]


def test_nothing_meant_leaves_the_order_alone() -> None:
    assert diversify(RANKED, SCORES, ASPECTS, {}, 1.0, 3) == [0, 1, 2]


def test_half_a_dial_trades_score_for_what_is_not_covered_yet() -> None:
    # First lips .5 + .5; then eyes .25 + .5 against lips .45 + .125: eyes; then lips .45 + .125
    # against nails 0 + .5.
    assert diversify(RANKED, SCORES, ASPECTS, EQUAL, 0.5, 3) == [0, 3, 1]


def test_a_full_dial_covers_everything_once_before_anything_twice() -> None:
    assert diversify(RANKED, SCORES, ASPECTS, EQUAL, 1.0, 5) == [0, 3, 4, 1, 2]


def test_what_matters_more_is_covered_first() -> None:
    eyes_first = {LIPS: 0.2, EYES: 0.6, NAILS: 0.2}
    assert diversify(RANKED, SCORES, ASPECTS, eyes_first, 1.0, 3) == [3, 0, 4]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0, 1), st.integers(1, 15))
def test_the_list_holds_distinct_candidates_and_is_never_shorter(
    scores: list[float], dial: float, k: int
) -> None:
    aspects = [ASPECTS[index % 5] for index in range(len(scores))]
    ranked = sorted(range(len(scores)), key=lambda index: -scores[index])
    picked = diversify(ranked, np.array(scores), aspects, EQUAL, dial, k)
    assert len(picked) == len(set(picked)) == min(k, len(scores))


def test_of_no_candidate_there_is_no_list_whatever_the_dial() -> None:
    assert diversify([], np.zeros(0), [], EQUAL, 0.5, 3) == []
