"""The smallest change of one weight that brings a candidate among the first."""

import numpy as np
import pytest

from kg.recommend.fuse import Fused
from kg.recommend.nudge import nudge


def fused(**parts: list[float]) -> Fused:
    """Three candidates; a term's parts add up to its weight."""
    given = {name: np.array(part) for name, part in parts.items()}
    return Fused(sum(given.values(), np.zeros(3)), given)


def test_the_weight_that_has_to_change_least_goes_a_little_beyond_the_draw() -> None:
    # The third is .2 behind the first. Shares of brand (weight .5): .8, 0, .2, a draw at
    # .5 - .2 / .6 = .1667. Of text (.2): 0, .5, .5, a draw at .2 + .2 / .5 = .6. next is equal.
    blend = fused(brand=[0.4, 0.0, 0.1], next=[0.2, 0.1, 0.2], text=[0.0, 0.1, 0.1])
    assert blend.scores == pytest.approx([0.6, 0.2, 0.4])
    assert nudge(blend, 2, 1) == ("brand", 0.1633)


def test_what_no_weight_brings_there_is_left_alone() -> None:
    blend = fused(brand=[0.4, 0.3, 0.1], next=[0.2, 0.1, 0.0])
    assert nudge(blend, 2, 1) is None


def test_a_term_without_weight_decides_nothing() -> None:
    assert nudge(fused(brand=[0.0, 0.0, 0.0]), 2, 1) is None
