"""What a graph may answer: nothing that it knows only from later."""

from dataclasses import replace

import pytest

from kg.errors import GraphError
from kg.graph.memory import MemoryGraph
from kg.recommend.asked import ask
from kg.recommend.served import Served, read_meta
from kg.recommend.types import Request
from tests.recommend.conftest import ByAxes

CUT = 1736300000
"""2025-01-08 01:33:20: Ann's shirt is bought by then, Bob's sock is not."""


def cut_at(toy: MemoryGraph, until: int | None) -> Served:
    return Served(toy, replace(read_meta(toy), until=until), lambda _: ByAxes())


@pytest.mark.parametrize("built", [None, CUT + 1])
def test_a_graph_that_was_cut_later_than_asked_for_does_not_answer(
    built: int | None, toy: MemoryGraph
) -> None:
    with pytest.raises(GraphError, match="the graph knows what came after 2025-01-08T01:33:20:"):
        ask(cut_at(toy, built), [Request("ann", until=CUT)])


@pytest.mark.parametrize("built", [CUT, CUT - 1])
def test_a_graph_that_was_cut_by_then_answers_with_the_history_before_the_moment(
    built: int, toy: MemoryGraph
) -> None:
    served = cut_at(toy, built)
    asked = ask(served, [Request("dan", until=CUT), Request("dan", until=CUT + 1), Request("dan")])
    assert [[past.product_id for past in each.history] for each in asked] == [
        ["trail", "runner"],
        ["sandal", "trail", "runner"],
        ["sandal", "trail", "runner"],
    ]
