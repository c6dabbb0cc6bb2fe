"""Texts into batches: every text once, like lengths together, little padding."""

import numpy as np

from kg.embed.batches import MAX_TEXTS, MAX_TOKENS, batches_of


def test_texts_are_padded_to_the_longest_of_their_batch_and_masked() -> None:
    (batch,) = batches_of([[7], [1, 2, 3], [4, 5]])
    assert batch.places.tolist() == [1, 2, 0]
    assert batch.ids.tolist() == [[1, 2, 3], [4, 5, 0], [7, 0, 0]]
    assert batch.mask.tolist() == [[True] * 3, [True, True, False], [True, False, False]]


def test_a_batch_holds_32_texts_or_768_tokens() -> None:
    assert (MAX_TEXTS, MAX_TOKENS) == (32, 768)
    short = batches_of([[1]] * 70)
    assert [len(batch.places) for batch in short] == [32, 32, 6]
    long = batches_of([[1] * 256] * 7)
    assert [len(batch.places) for batch in long] == [3, 3, 1]


def test_a_text_longer_than_a_batch_is_alone_in_one() -> None:
    assert [batch.ids.shape for batch in batches_of([[1] * 1000, [1]])] == [(1, 1000), (1, 1)]


def test_every_text_is_in_one_batch() -> None:
    lengths = np.random.default_rng(7).integers(0, 90, 500)
    batches = batches_of([[1] * n for n in lengths])
    places = np.concatenate([batch.places for batch in batches])
    assert sorted(places) == list(range(500))
    padding = 1 - sum(int(b.mask.sum()) for b in batches) / sum(b.ids.size for b in batches)
    assert padding < 0.05


def test_no_texts_make_no_batch() -> None:
    assert batches_of([]) == []
