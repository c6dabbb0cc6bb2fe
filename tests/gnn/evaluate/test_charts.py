"""Charts as SVG: where points come to lie."""

import re

import pytest

from gnn.evaluate.charts import Axis, Series, chart, ticks


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 1.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ([0.013, 0.0924], [0.0, 0.02, 0.04, 0.06, 0.08, 0.1]),
        ([1, 10], [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        ([5.0, 5.0], [5.0, 6.0]),
        ([0.0, 0.0], [0.0, 0.2]),
        ([-3.0, 4.0], [-4.0, -2.0, 0.0, 2.0, 4.0]),
    ],
)
def test_ticks_are_round_and_span_the_values(values: list[float], expected: list[float]) -> None:
    assert ticks(values) == expected


def test_an_axis_runs_from_its_first_tick_to_its_last() -> None:
    axis = Axis([2.0, 3.0, 4.0], 100, 20)
    assert [axis.at(2.0), axis.at(3.0), axis.at(4.0)] == [100, 60, 20]


def test_points_lie_where_their_numbers_are() -> None:
    drawn = chart([Series("a", [(0.0, 0.0), (1.0, 1.0)], line=True)], "x", "y")
    # The frame runs from 60 to 390 across and from 276 up to 14.
    assert '<polyline points="60.0,276.0 390.0,14.0"' in drawn
    assert "<title>a: 1, 1</title>" in drawn


def test_bars_span_their_interval() -> None:
    drawn = chart([Series("a", [(0.0, 0.5)], [(0.0, 1.0)])], "x", "y", names=["m"])
    assert re.search(r'<line x1="225.0" y1="276.0" x2="225.0" y2="14.0" stroke="#3366aa"', drawn)
    assert ">m</text>" in drawn


def test_names_are_text_and_nothing_else() -> None:
    drawn = chart([Series("<b>", [(0.0, 1.0)])], "a & b", "y")
    assert "<b>" not in drawn
    assert "a &amp; b" in drawn


def test_without_numbers_there_is_nothing_to_draw() -> None:
    assert chart([Series("a", [(0.0, float("nan"))])], "x", "y") == "<p>nothing to draw</p>"
