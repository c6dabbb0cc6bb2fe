"""What the ranker learns from: candidates of past requests, their terms, and what was wanted.

They come out of the very stages that answer requests, over a graph that does not know what was
wanted: what is learned is what is served.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Never

import numpy as np
from numpy.typing import NDArray

from kg.embed.blas import one_blas_thread
from kg.garbage import no_collecting
from kg.graph.memory import MemoryGraph
from kg.progress import Progress, silent
from kg.recommend.answer import candidates
from kg.recommend.learned import CONTENT, RANKED, Head, LearnedModel, Ranker, Words, pack
from kg.recommend.learned.ranker import FORMS
from kg.recommend.numbered import Codes
from kg.recommend.recipes import DECAY, LEARNED, Recipe
from kg.recommend.scene import Scene, scenes
from kg.recommend.served import Served, read_meta
from kg.recommend.terms import terms_of
from kg.recommend.types import Request
from kg.snapshot.types import Ints, Matrix, Rows, Snapshot

CHUNK = 100


@dataclass(frozen=True, eq=False)
class Examples:
    """Lists of candidates end to end: list i is start[i]:start[i + 1] of terms [c, t].

    wanted [lists] is the place of what the user took. What was taken and is no candidate has no
    list; `asked` is how many products there were.
    """

    terms: tuple[str, ...]
    start: NDArray[np.int64]
    values: Matrix
    wanted: NDArray[np.int64]
    asked: int


def with_vectors(snapshot: Snapshot, vectors: Matrix | None, model: LearnedModel) -> Snapshot:
    """The snapshot as it is once the vectors and the model are served from it."""
    slot = None if vectors is None else "a"
    meta = replace(snapshot.meta, gnn_slot=slot, model_revision=snapshot.meta.revision)
    return replace(snapshot, gnn=vectors, model=pack(model), meta=meta)


def untrained(head: Head | None, words: Words | None = None, decay: float = DECAY) -> LearnedModel:
    """A model that finds the candidates and scores them all alike."""
    terms = RANKED if head is not None else tuple(term for term in RANKED if term != "gnn")
    return LearnedModel(_indifferent(terms), head, words, _indifferent(CONTENT), decay)


def _indifferent(terms: tuple[str, ...]) -> Ranker:
    size = FORMS * len(terms)
    none = np.zeros((1, size))
    return Ranker(terms, np.zeros(size), np.ones(size), none, np.zeros(1), np.zeros(1))


def examples_of(
    known: Snapshot,
    users: Ints,
    targets: Rows,
    progress: Progress = silent,
    recipe: Recipe = LEARNED,
) -> Examples:
    """Lists for users [n], recommended from `known`; row i of targets is what the i-th wanted. A
    list for each of these that was found, in which the others are not.

    The terms are those that `recipe` weighs; for `learned` and `content`, of which `known` has to
    hold a model, those of its ranker.
    """
    graph = MemoryGraph(known)
    served = Served(graph, read_meta(graph), _no_encoder)
    ranker = served.ranker(recipe)
    terms = ranker.terms if ranker else tuple(recipe.weights)
    parts: list[tuple[Matrix, int]] = []
    for at in range(0, len(users), CHUNK):
        some = [known.users[code] for code in users[at : at + CHUNK]]
        requests = [Request(user_id=each, recipe=recipe.name, explain=False) for each in some]
        with one_blas_thread(), no_collecting():  # as where requests are answered by the hundred
            found = [
                (walked, wanted)
                for row, walked in enumerate(candidates(served, requests), start=at)
                if np.isin(wanted := _codes(served, known, targets.of(row)), walked.codes).any()
            ]
            for scene, (_, wanted) in zip(
                scenes(served, [w for w, _ in found]), found, strict=True
            ):
                parts += _lists(scene, terms, wanted)
        progress("past requests", at + len(some), len(users))
    sizes = [len(values) for values, _ in parts]
    return Examples(
        terms,
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([values for values, _ in parts])
        if parts
        else np.zeros((0, len(terms)), np.float32),
        np.array([place for _, place in parts], np.int64),
        len(targets.to),
    )


def _codes(served: Served, known: Snapshot, products: Ints) -> Codes:
    """The numbers by which products of the snapshot are served."""
    return served.products.of([known.products.ids[code] for code in products])


def _lists(scene: Scene, terms: Sequence[str], wanted: Ints) -> Iterator[tuple[Matrix, int]]:
    """For each wanted product that is a candidate: the terms [n, t] of it and of those candidates
    that were not wanted, and its place among them."""
    found = np.flatnonzero(np.isin(scene.facts.codes, wanted)).tolist()
    columns = terms_of(scene, terms).values()
    none = np.zeros(len(scene.facts.codes))
    values = np.stack([none if each is None else each for each in columns], axis=1)
    for place in found:
        others = [each for each in found if each != place]
        yield (
            np.delete(values, others, axis=0).astype(np.float32),
            place - sum(each < place for each in others),
        )


def _no_encoder(_: object) -> Never:
    raise AssertionError("requests without a text need no encoder")
