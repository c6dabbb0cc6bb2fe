"""Recommend from a graph: in Neo4j or in memory, as it is or as it was, one request or many."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from threading import Lock
from typing import Self, TypeVar

from kg.embed.blas import one_blas_thread
from kg.errors import GraphError, NotFound
from kg.garbage import no_collecting
from kg.graph import Graph
from kg.progress import Progress, silent
from kg.recommend.answer import answer, answer_page
from kg.recommend.earlier import Earlier
from kg.recommend.learned import LearnedModel
from kg.recommend.pages import Whole
from kg.recommend.product import Product, product_of, unknown
from kg.recommend.profile import Profile, profile
from kg.recommend.remembered import Vanished
from kg.recommend.rulebook import Rulings
from kg.recommend.served import NUMBERED, Encoder, Meta, Served, read_meta
from kg.recommend.sums import COMPILED
from kg.recommend.turns import Turns
from kg.recommend.types import Request, Result, Without
from kg.recommend.what_if import WhatIf, what_if
from kg.recommend.why import Explanation, explain_product

CHUNK = 200
"""Requests that share their queries."""

WARM = 10_000
"""Products whose facts are read ahead."""

PAGE = 1_000

TRIES = 3
"""How often a request is answered while nodes vanish from the graph."""

EARLIER, MOST_EARLIER, EARLIER_PRODUCTS = 4, 32, 100_000
"""Earlier states of the graph that are kept: so many, of a small graph more, up to so many, as long
as they have no more than so many products together."""


@dataclass(frozen=True)
class State:
    """All that an answer depends on besides its request: while that is equal, so is the answer.

    `since` is what happened to the user since the copy was made, None for one who is forgotten.
    """

    meta: Meta
    rules: Rulings
    since: tuple[object, ...] | None


Answer = TypeVar("Answer")

Chunk = tuple[Served, list[int]]
"""A state of the graph, and the places of the requests to be answered from it."""


class Recommender:
    """Answers requests from a graph. Safe to share between threads.

    `encoder` is called with the graph's meta data when the first search text comes. What is
    remembered of the graph is forgotten once more than `numbered` products were met. `clock` says
    which rules hold, in seconds since 1970.
    """

    def __init__(
        self,
        graph: Graph,
        encoder: Callable[[Meta], Encoder] | None = None,
        *,
        numbered: int = NUMBERED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.graph = graph
        self._numbered = numbered
        self._clock = clock
        self._encoder = Once(encoder or _load_encoder)
        self._served: Served | None = None
        self._earlier = self._no_earlier()
        self._lock = Lock()

    @classmethod
    def open(cls, say: Callable[[str], None] = lambda _: None) -> "Recommender":
        """On the graph that NEO4J_URI names, or the local server, started if need be.

        `say` is told when a server has to be started. Raises ConnectionFailed, ServerError.
        """
        from kg.graph.open import open_graph  # its driver is not needed by the memory engine

        return cls(open_graph(say))

    @classmethod
    def in_memory(
        cls, say: Callable[[str], None] = lambda _: None, progress: Progress = silent
    ) -> "Recommender":
        """On a copy of that graph in memory: slower to open, then many times faster."""
        from kg.graph.open import open_in_memory

        return cls(open_in_memory(say, progress))

    def on(self, graph: Graph) -> "Recommender":
        """The like of this on another graph; the encoder that is loaded stays."""
        other = Recommender(graph, numbered=self._numbered, clock=self._clock)
        other._encoder = self._encoder
        return other

    def recommend(self, request: Request) -> Result:
        """The answer to one request. Raises OptionError, NotFound, GraphError, ConnectionFailed."""
        return self.recommend_many([request])[0]

    def page(self, found: Whole, start: int) -> Result:
        """The products of a list from a place on (0 is the first), as many as its request asks for.

        The list is `whole` of an earlier answer. What happened meanwhile moves nothing: a product
        that is gone, or that the filters refuse now, is left out, with its rank. Raises as
        `recommend` does.
        """
        until = found.asked.request.until
        with one_blas_thread():
            return self._steadily(lambda: answer_page(self._as_of(until), found, start))

    def recommend_many(self, requests: Sequence[Request]) -> list[Result]:
        """The answers to requests [n], which are those of n single calls, at less cost.

        Raises as `recommend` does.
        """
        return self._steadily(lambda: self._many(requests))

    def _many(self, requests: Sequence[Request]) -> list[Result]:
        chunks: list[Chunk] = []
        turns = Turns() if len(requests) > CHUNK else nullcontext
        for until in dict.fromkeys(request.until for request in requests):
            served = self._as_of(until)
            places = [at for at, request in enumerate(requests) if request.until == until]
            chunks += [
                (served, places[start : start + CHUNK]) for start in range(0, len(places), CHUNK)
            ]

        def answers(chunk: Chunk) -> list[Result]:
            served, places = chunk
            return answer(served, [requests[at] for at in places], turns)

        with one_blas_thread(), no_collecting():
            found = _side_by_side(answers, chunks)
        order = [at for _, places in chunks for at in places]
        by_place = dict(zip(order, (each for some in found for each in some), strict=True))
        return [by_place[at] for at in range(len(requests))]

    def state(self, user_id: str | None) -> State | None:
        """What the answers to a user depend on, None where the graph would have to be asked."""
        since = getattr(self.graph, "since", None)
        if since is None:
            return None
        served = self._current()
        return State(served.meta, served.rulebook.now(), since(user_id))

    def derives(self, until: int | None) -> bool:
        """Is the answer as of `until` one of a graph that is derived again for it?"""
        if until is None or not hasattr(self.graph, "as_of"):
            return False
        known = self._current().meta.until
        return known is None or known > until

    def meta(self) -> Meta:
        """What the graph says of itself. Raises GraphError where it has nothing to recommend."""
        return self._current().meta

    def model(self) -> LearnedModel | None:
        """The learned model that is served, None where there is none. Raises GraphError."""
        return self._current().model

    def encoder(self) -> Encoder:
        """The encoder that the graph was embedded with. Raises EncoderError."""
        return self._encoder(self.meta())

    def product(self, product_id: str) -> Product:
        """A product of the catalogue. Raises NotFound naming the ids that are close."""
        try:
            return self.known_product(product_id)
        except NotFound:
            raise unknown(self.graph, product_id) from None

    def known_product(self, product_id: str) -> Product:
        """A product of the catalogue. Raises NotFound, which names no ids that are close."""
        return product_of(self.graph, product_id, self.meta().currency)

    def unknown(self, product_id: str) -> NotFound:
        """What is to be said of a product that is not there, with the ids that are close."""
        return unknown(self.graph, product_id)

    def users(self, prefix: str = "", limit: int = 10) -> list[str]:
        """The first users by id whose id begins with `prefix`."""
        rows = self.graph.read("resolve/users", prefix=prefix, limit=limit)
        return [row["user_id"] for row in rows]

    def profile(self, user_id: str) -> Profile:
        """A user's taste. Raises NotFound."""
        return self._steadily(lambda: profile(self._current(), user_id))

    def explain(self, request: Request, product_id: str) -> Explanation:
        """Why a product is in the answer to a request, or why not. Raises as `recommend` does."""
        with one_blas_thread():
            return self._steadily(
                lambda: explain_product(self._as_of(request.until), request, product_id)
            )

    def what_if(self, request: Request, without: Without) -> WhatIf:
        """The answer to a request with and without a purchase, brand, category or rule.

        Raises as `recommend` does, and NotFound for what is not there to be left out.
        """
        return what_if(self.recommend_many, request, without)

    def warm(self, products: int = WARM) -> None:
        """Read ahead what requests need to know of the most popular products, and of `paper`."""
        import_module(COMPILED)
        self._steadily(lambda: self._warm(products))

    def _warm(self, products: int) -> None:
        served = self._current()
        _ = served.paper
        asked = {"category_ids": None, "brand_ids": None, "limit": products}
        rows = self.graph.read("walk/popular", requests=[asked])
        ids = [row["product_id"] for row in rows]
        for start in range(0, len(ids), PAGE):
            served.learn(ids[start : start + PAGE])
        served.hot()

    def close(self) -> None:
        """Close the graph."""
        self.graph.close()

    def __enter__(self) -> Self:
        """Itself: `with` closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the graph."""
        self.close()

    def _steadily(self, work: Callable[[], Answer]) -> Answer:
        """What `work` answers. Where the graph has lost a node that is remembered, all that is
        remembered is forgotten, and it answers again. Raises GraphError where that never ends."""
        for _ in range(TRIES):
            try:
                return work()
            except Vanished:
                with self._lock:
                    self._served = None
        raise GraphError("the graph loses nodes faster than it can be read: try again later")

    def _current(self) -> Served:
        """The graph as it is now: what is remembered is dropped when its revision has changed, and
        stays where just the rules have."""
        meta = read_meta(self.graph)
        with self._lock:
            held = self._served
            if held is None or held.full or not held.is_like(meta):
                held = Served(self.graph, meta, self._encoder, self._numbered, self._clock)
                self._earlier = self._no_earlier()
            elif held.meta != meta:
                held = held.ruled(meta)
            self._served = held
            return held

    def _as_of(self, until: int | None) -> Served:
        """The graph before `until`, where the engine can derive it again; else as it is."""
        if until is None or not self.derives(until):
            return self._current()
        return self._earlier.of(until)

    def _derived(self, until: int) -> Served:
        graph: Graph = self.graph.as_of(until)  # type: ignore[attr-defined]
        return Served(graph, read_meta(graph), self._encoder)

    def _no_earlier(self) -> Earlier[Served]:
        roomy = EARLIER_PRODUCTS // max(1, len(getattr(self.graph, "product_ids", ())))
        return Earlier(self._derived, min(max(EARLIER, roomy), MOST_EARLIER))


def _side_by_side(
    work: Callable[[Chunk], list[Result]], chunks: Sequence[Chunk]
) -> list[list[Result]]:
    """The work on each chunk, two at a time: one is scored while the graph walks for the other."""
    if len(chunks) < 2:
        return [work(chunk) for chunk in chunks]
    with ThreadPoolExecutor(2, thread_name_prefix="kgrec-many") as pool:
        return list(pool.map(work, chunks))


class Once:
    """The encoder of a graph, made when first asked for and kept while the graph keeps to it."""

    def __init__(self, load: Callable[[Meta], Encoder]) -> None:
        self._load = load
        self._held: tuple[tuple[str | None, str | None], Encoder] | None = None
        self._lock = Lock()

    def __call__(self, meta: Meta) -> Encoder:
        """The encoder that the graph was embedded with."""
        model = meta.encoder, meta.encoder_revision
        with self._lock:
            if self._held is None or self._held[0] != model:
                self._held = model, self._load(meta)
            return self._held[1]


def _load_encoder(meta: Meta) -> Encoder:
    """The encoder that the graph was embedded with. Raises EncoderError for another model."""
    from kg.embed.encoder import encoder_of_graph  # only a search text needs it

    return encoder_of_graph(meta.encoder, meta.encoder_revision)
