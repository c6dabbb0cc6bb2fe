"""What the ranker learns from: a list for each wanted product that walks find."""

from pathlib import Path

import numpy as np
import pytest

from gnn.examples import examples_of, untrained, with_vectors
from kg.snapshot import Snapshot, snapshot_of
from kg.snapshot.types import Rows
from kg.sources import open_source


@pytest.fixture(scope="module")
def known() -> Snapshot:
    toy = snapshot_of(open_source(Path(__file__).parents[1] / "toy_shop"))
    return with_vectors(toy, None, untrained(None))


def wanted_by_dan(known: Snapshot, *product_ids: str) -> Rows:
    codes = np.array([known.products.code[each] for each in product_ids], np.int32)
    return Rows(np.array([0, len(codes)]), codes)


def test_each_wanted_product_has_a_list_without_the_others(known: Snapshot) -> None:
    dan = np.array([known.user_code["dan"]], np.int32)
    both = examples_of(known, dan, wanted_by_dan(known, "shirt", "sock"))
    alone = [examples_of(known, dan, wanted_by_dan(known, each)) for each in ("shirt", "sock")]
    size = len(alone[0].values)
    assert both.asked == 2
    assert np.diff(both.start).tolist() == [size - 1, size - 1]
    for place, one in enumerate(alone):
        mine = both.values[both.start[place] : both.start[place + 1]]
        wanted, others = mine[both.wanted[place]], np.delete(mine, both.wanted[place], axis=0)
        assert wanted.tolist() == one.values[one.wanted[0]].tolist()
        kept = {tuple(row) for row in np.delete(one.values, one.wanted[0], axis=0).tolist()}
        assert {tuple(row) for row in others.tolist()} <= kept


def test_the_models_decay_is_that_of_all_terms(known: Snapshot) -> None:
    """With none, the walk from all products by their weights is that from all of them alike."""
    dan = np.array([known.user_code["dan"]], np.int32)
    alike = with_vectors(known, None, untrained(None, decay=1.0))
    for shop, same in ((alike, True), (known, False)):
        found = examples_of(shop, dan, wanted_by_dan(known, "shirt"))
        columns = dict(zip(found.terms, found.values.T.tolist(), strict=True))
        assert any(columns["together"])
        assert (columns["together"] == columns["together_plain"]) is same


def test_what_the_user_has_is_no_candidate_and_has_no_list(known: Snapshot) -> None:
    dan = np.array([known.user_code["dan"]], np.int32)
    none = examples_of(known, dan, wanted_by_dan(known, "runner"))
    assert (none.asked, len(none.wanted), none.values.shape) == (1, 0, (0, len(none.terms)))
