"""V_U of a search: what its words and its vector find, and what they must not."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.graph.memory import MemoryGraph
from kg.recommend.answer import candidates
from kg.recommend.entities import FAINT
from kg.recommend.recommender import Recommender
from kg.recommend.served import Served, read_meta
from kg.recommend.types import Request
from kg.snapshot import embedded
from tests.recommend.conftest import AXES, ByAxes


def found_by(recommender: Recommender, query: str) -> list[tuple[str, str, str]]:
    entities = recommender.recommend(Request(query=query)).entities
    return sorted((each.label, each.id, each.found_by) for each in entities)


def test_what_a_search_rules_out_is_no_entity_of_it(recommender: Recommender) -> None:
    # Without "not by Acme" lipacme is the best of them.
    assert found_by(recommender, "red lipstick not by Acme") == [
        ("Category", "beauty/lips/lipsticks", "name"),
        ("Product", "lippink", "full_text+exact+vector"),
        ("Product", "lipred", "full_text+exact+vector"),
    ]
    assert found_by(recommender, "red not lipsticks") == []
    # The words of "Lip Balms" find that category too, which is ruled out.
    assert [
        each for each in found_by(recommender, "lips not lip balms") if each[0] != "Product"
    ] == [("Category", "beauty/lips", "name")]


def test_where_something_is_searched_for_the_history_leads_to_nothing_by_itself(
    toy: MemoryGraph,
) -> None:
    served = Served(toy, read_meta(toy), lambda _: ByAxes())
    asked = [Request("ann", "balm", k=1), Request(None, "balm", k=1), Request("ann", k=1)]
    with_history, without, of_history = candidates(served, asked)
    # From the balm to what was bought after it (lippink) and to its brand's (lipred).
    assert with_history.ids == without.ids == ("balm", "lippink", "lipred")
    # What Ann's sock leads to is no candidate, but weighs what the search leads to.
    assert "trail" in of_history.ids
    assert "trail" in dict(with_history.rows["next"].items())


class Faintly(ByAxes):
    """With an axis more, which no product has: a query "near N" is N to the sandal's only axis."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        plain = super().encode(texts)
        vectors = np.hstack([plain, np.zeros((len(texts), 1), np.float32)])
        for row, text in enumerate(texts):
            if text.startswith("near "):
                cosine = float(text.removeprefix("near "))
                vectors[row, AXES.index("sandal")] = cosine
                vectors[row, -1] = np.sqrt(1 - cosine**2)
        return vectors


@pytest.mark.parametrize(("cosine", "found"), [(FAINT - 0.01, False), (FAINT + 0.01, True)])
def test_words_that_are_nowhere_find_only_what_is_near_enough(
    cosine: float, found: bool, toy: MemoryGraph
) -> None:
    graph = MemoryGraph(embedded(toy.snapshot, Faintly().encode, "faintly"))
    result = Recommender(graph, lambda _: Faintly()).recommend(Request(query=f"near {cosine:.2f}"))
    assert ("sandal" in {each.id for each in result.entities}) is found
    assert ("no_match" in {note.code for note in result.notes}) is not found
