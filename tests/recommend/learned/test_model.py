"""A model is the same after it was stored."""

from dataclasses import replace

import numpy as np
import pytest

from gnn.examples import untrained, with_vectors
from kg.errors import GraphError
from kg.graph.memory import MemoryGraph
from kg.recommend.learned import LearnedModel, Words, pack, unpack
from kg.recommend.recommender import Recommender
from kg.recommend.types import Note, Request
from kg.stock import AS_OTHERS
from tests.recommend.conftest import with_setting
from tests.recommend.learned.test_head import plain
from tests.recommend.learned.test_ranker import of_two


def test_a_stored_model_ranks_as_before() -> None:
    again = unpack(pack(LearnedModel(of_two(), plain())))
    values = np.array([[1.0, 0.5], [2.0, 0.0]])
    assert again.ranker.terms == ("next", "gnn")
    assert again.ranker.scores(values).tolist() == of_two().scores(values).tolist()
    assert again.head is not None
    assert again.head.user(np.eye(2)).tolist() == plain().user(np.eye(2)).tolist()


def test_words_of_titles_are_stored_with_the_model() -> None:
    again = unpack(
        pack(LearnedModel(of_two(), None, Words(("红", "lipstick"), np.array([2.0, 1.0]))))
    )
    assert again.words is not None
    assert again.words.words == ("红", "lipstick")
    assert again.words.idf.tolist() == [2.0, 1.0]
    assert unpack(pack(LearnedModel(of_two()))).words is None


def test_the_ranker_of_content_is_stored_beside_the_other() -> None:
    other = replace(of_two(), out=2 * of_two().out)
    again = unpack(pack(LearnedModel(of_two(), content=other)))
    values = np.array([[1.0, 0.5], [2.0, 0.0]])
    assert again.content is not None
    assert again.content.scores(values).tolist() == (2 * of_two().scores(values)).tolist()
    assert unpack(pack(LearnedModel(of_two()))).content is None


def test_the_decay_of_histories_is_stored() -> None:
    assert unpack(pack(LearnedModel(of_two(), decay=1.0))).decay == 1.0
    assert unpack(pack(LearnedModel(of_two()))).decay == 0.8


def test_weights_given_by_hand_turn_to_the_blend_and_the_answer_says_so(toy: MemoryGraph) -> None:
    stocked = with_setting(toy.snapshot, AS_OTHERS)
    trained = Recommender(MemoryGraph(with_vectors(stocked, None, untrained(None))))
    assert trained.recommend(Request("ann")).recipe == "learned"
    by_hand = trained.recommend(Request("ann", k=2, weights={"next": 2.0}))
    note = Note("weighed", "ranked by the weights of paper: the learned model has none to give")
    assert (by_hand.recipe, by_hand.notes) == ("paper", (note,))
    assert trained.recommend(Request("ann", k=2, recipe="paper", weights={"next": 2.0})).notes == ()
    plain = Recommender(MemoryGraph(stocked)).recommend(Request("ann", k=2, weights={"next": 2.0}))
    assert (plain.recipe, plain.notes) == ("paper", ())


def test_a_model_without_learned_vectors_has_no_head() -> None:
    assert unpack(pack(LearnedModel(of_two()))).head is None


def test_what_is_no_model_says_what_to_do() -> None:
    with pytest.raises(GraphError, match="run kgrec train"):
        unpack(b"not a model")
    with pytest.raises(GraphError, match="run kgrec train"):
        unpack(pack(LearnedModel(of_two()))[:-30])


def test_a_model_of_an_earlier_kgrec_says_what_to_do() -> None:
    earlier = replace(of_two(), hidden=np.zeros((2, 6)))
    with pytest.raises(GraphError, match=r"\(of another kgrec\): run kgrec train"):
        unpack(pack(LearnedModel(earlier)))
