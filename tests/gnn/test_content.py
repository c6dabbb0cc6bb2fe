"""The recipe that goes by what products are: nothing that people did with them changes it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.config import RANKER
from gnn.evaluate.baselines import BASELINES
from gnn.evaluate.rankings import Ranker as Rank
from gnn.evaluate.rankings import scored
from gnn.evaluate.report import evaluate
from gnn.evaluate.served import content, served
from gnn.evaluate.splits import new_products
from gnn.examples import untrained, with_vectors
from gnn.learn import fit_content, words_of
from kg.errors import OptionError
from kg.graph.memory import MemoryGraph
from kg.recommend.learned import CONTENT, Ranker
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request, Result
from kg.snapshot import Snapshot, embedded, only, snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.graph.conftest import by_words, telling
from tests.shops import TOY

SOME = replace(RANKER, hidden=16)


@pytest.fixture(scope="module")
def toy() -> Snapshot:
    return embedded(snapshot_of(open_source(TOY)), by_words, "by words")


def asked(snapshot: Snapshot, ranker: Ranker | None) -> Result:
    model = replace(untrained(None, words_of(snapshot)), content=ranker)
    recommender = Recommender(MemoryGraph(with_vectors(snapshot, None, model)))
    return recommender.recommend(Request("ann", recipe="content", k=12))


def test_what_others_did_changes_nothing(toy: Snapshot) -> None:
    everybody = only(toy, np.ones(len(toy.events.user), np.bool_))
    alone = only(toy, toy.events.user == toy.user_code["ann"])
    found, as_if_new = asked(everybody, telling(CONTENT)), asked(alone, telling(CONTENT))
    assert len(found.results) > 5
    assert [(each.product_id, each.score) for each in found.results] == [
        (each.product_id, each.score) for each in as_if_new.results
    ]
    for each in found.results:
        assert set(each.contributions) == {"base", "similar", "brand", "category"}
        assert sum(each.contributions.values()) == pytest.approx(each.score, abs=1e-9)


def test_products_that_nobody_was_seen_with_are_found(tmp_path: Path) -> None:
    sample_shop(tmp_path, 300, 400, seed=7)
    shop = embedded(snapshot_of(open_source(tmp_path)), by_words, "by words")
    models: dict[str, Rank] = {
        "content": served("content", content(SOME)),
        "popularity": scored(BASELINES["popularity"]),
    }
    report = evaluate(new_products(shop, 0.1), models)
    by_content, by_popularity = (float(model.values["recall@10"].mean()) for model in report.models)
    assert by_popularity == 0
    assert by_content > 0.05


def test_where_no_product_can_be_hidden_there_is_no_such_ranker(toy: Snapshot) -> None:
    nobody = only(toy, np.zeros(len(toy.events.user), np.bool_))
    assert fit_content(nobody, SOME) is None
    with pytest.raises(OptionError, match=r"^the model has no ranker for the recipe content"):
        asked(toy, None)
