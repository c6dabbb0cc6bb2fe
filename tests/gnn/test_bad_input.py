"""Graphs that are odd or broken: learned from all the same, or refused in one line."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.config import MODELS, ItemConfig, LearnConfig, RankerConfig
from gnn.items import train_items
from gnn.learn import learn
from kg.errors import GraphError
from kg.snapshot import Snapshot, embedded, only, snapshot_of
from kg.snapshot.types import MISSING, Matrix, Rows
from kg.sources import open_source
from tests.graph.conftest import by_words

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
SMALL = ItemConfig(dimension=8, epochs=2, batch=4, negatives=8, device="cpu")
CONFIG = LearnConfig(SMALL, RankerConfig(hidden=4, epochs=1))


@pytest.fixture(scope="module")
def shop() -> Snapshot:
    return embedded(snapshot_of(open_source(TOY_SHOP)), by_words, "by words")


def of_users(shop: Snapshot, names: Sequence[str]) -> Snapshot:
    """The shop with the events of some users alone."""
    codes = [shop.user_code[each] for each in names]
    return only(shop, np.isin(shop.events.user, codes))


def with_text(shop: Snapshot, vectors: Matrix) -> Snapshot:
    assert shop.text is not None
    return replace(shop, text=replace(shop.text, product=vectors))


@pytest.mark.parametrize("names", [[], ["fay"], ["dan", "eve"]])
def test_a_graph_from_which_nothing_can_be_learned_is_told_so(
    shop: Snapshot, names: list[str]
) -> None:
    with pytest.raises(GraphError) as error:
        learn(of_users(shop, names), CONFIG)
    assert str(error.value) == (
        "nothing to learn from: no user wanted three products (bought, liked or rated them 4 or"
        " more); load more events with kgrec build-graph"
    )


def test_one_user_alone_is_enough_to_learn_from(shop: Snapshot) -> None:
    learned = learn(of_users(shop, ["ann"]), CONFIG)
    assert learned.found == 1.0  # ann's shirt is among what walks find after runner and sock
    assert learned.vectors is not None
    assert np.isfinite(learned.vectors).all()


@pytest.mark.parametrize("name", MODELS)
def test_products_without_text_and_without_any_relationship_get_finite_vectors(
    shop: Snapshot, name: str
) -> None:
    assert shop.text is not None
    silent = with_text(shop, np.zeros_like(shop.text.product))
    none = np.full(12, MISSING, np.int32)
    nowhere = Rows(np.zeros(13, np.int64), np.empty(0, np.int32))
    alone = replace(silent, products=replace(shop.products, brand=none), product_categories=nowhere)
    learned = train_items(alone, replace(MODELS[name], **{**vars(SMALL), "network": name}))
    assert learned.vectors.shape == (12, 8)
    assert np.isfinite(learned.vectors).all()


def test_text_vectors_that_are_no_numbers_are_refused(shop: Snapshot) -> None:
    assert shop.text is not None
    broken = shop.text.product.copy()
    broken[3, 1] = np.nan
    with pytest.raises(GraphError) as error:
        train_items(with_text(shop, broken), SMALL)
    assert str(error.value) == (
        "the text vector of product 'lipred' has what is no number: kgrec refresh-embeddings"
        " embeds again"
    )


@pytest.mark.parametrize("name", ["items", "hetero"])
def test_text_vectors_of_another_dimension_than_the_graph_says_are_refused(
    shop: Snapshot, name: str
) -> None:
    other = with_text(shop, np.ones((12, 7), np.float32))
    with pytest.raises(GraphError) as error:
        train_items(other, replace(SMALL, network=name))
    assert str(error.value) == (
        "text vectors have 7 dimensions where the graph says 32: kgrec refresh-embeddings embeds"
        " again"
    )
