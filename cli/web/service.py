"""What the routes share: the recommender, and whether its server is away."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import methodcaller
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request

from cli.web.away import Away
from cli.web.config import ServeConfig
from cli.web.lists import Lists, Page
from cli.web.missing import Missing
from cli.web.numbers import Metrics
from cli.web.shared import Shared
from cli.web.traces import Traces
from kg.errors import ConnectionFailed, GraphError, KgrecError, NotFound, TooSlow
from kg.graph.live import happened
from kg.impressions.taking import Impressions
from kg.impressions.types import ImpressionsSummary
from kg.keys import Keys
from kg.live.answer_cache import AnswerCache
from kg.live.events import EventsSummary, add_events
from kg.live.queue import EventQueue
from kg.load.forgotten import hash_of
from kg.readiness import readiness
from kg.recommend.product import Product
from kg.recommend.recommender import Recommender
from kg.recommend.served import Encoder
from kg.recommend.together import Together
from kg.recommend.told import Told, told
from kg.recommend.types import Request as Question

if TYPE_CHECKING:
    from kg.graph.live import LiveGraph
    from kg.graph.neo4j import Neo4jGraph
    from kg.live.copy import Copy
    from kg.live.crew import Crew

Answer = TypeVar("Answer")

SPARED = 2
"""Threads that are left to what a copy knows when all others wait for the graph itself, or for the
graph as it was earlier."""

TURNS = 64
"""Products that may be written at the same time."""


class Service:
    """A recommender that is served, and the graph that is written to. Safe to share.

    With `copy`, requests are answered from memory. Without `store`, nothing can be written; without
    `keys`, nobody is asked who they are; without `impressions`, none are taken. `browser` is where
    Neo4j Browser is for who looks at the page, if it is known. `clock` counts seconds for all that
    holds for a while.
    """

    def __init__(
        self,
        recommender: Recommender,
        config: ServeConfig,
        store: "Neo4jGraph | None" = None,
        copy: "Copy | None" = None,
        keys: Keys | None = None,
        queue: EventQueue | None = None,
        impressions: Impressions | None = None,
        traces: Traces | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.recommender = recommender
        self.config = config
        self.store = store
        self.copy = copy
        self.keys = keys
        self.queue = queue
        self.impressions = impressions
        self.clock = clock
        self.metrics = Metrics()
        self.away = Away(config.rest_s, clock)
        self.lists = Lists(clock=clock)
        self.cache = AnswerCache(config.cache_mb * 1024 * 1024)
        # Of two batches one waits for Neo4j while the other is scored; a copy knows no waiting.
        self._together = Together([self._here] * (1 if copy else 2))
        self.crew = self._crew()
        self._apart = Together(self.crew.answers) if self.crew else self._together
        self.traces = traces or Traces()
        self.browser: str | None = None
        self.readiness = Shared(self._parts, config.ready_s, clock)
        self.warmed = Event()
        self.stopped = Event()
        self.behind = Event()
        self._truth = Recommender(store) if store is not None and copy is not None else None
        self._missing = Missing(config.missing_s, clock)
        past = max(1, config.threads // 4)
        self._past, self._close = BoundedSemaphore(past), BoundedSemaphore(past)
        self._asking = BoundedSemaphore(max(1, config.threads - SPARED - past))
        self._turns = [Lock() for _ in range(TURNS)]

    def _parts(self) -> dict[str, str | None]:
        """Each part that requests need, and why it is not ready; None for one that is."""
        warm = None if self.warmed.is_set() else "still reading ahead"
        try:
            return {"server": None, **self.ask(readiness), "caches": warm}
        except KgrecError as error:
            return {"server": str(error), "caches": warm}

    def stop(self) -> None:
        """End what goes on beside requests."""
        self.stopped.set()
        self.behind.set()

    def _crew(self) -> "Crew | None":
        """The worker processes, where there are to be some."""
        if self.copy is None or not self.config.workers:
            return None
        from kg.live.crew import Crew  # compiled walks take their time to import

        return Crew(self.copy, self.config.workers, self._here)

    def ask(self, work: Callable[[Recommender], Answer]) -> Answer:
        """What `work` answers. Raises ConnectionFailed at once while the server is away."""
        if self.copy is not None:
            return work(self.recommender)
        return self.guarded(lambda: work(self.recommender))

    def ask_known(self, work: Callable[[Recommender], Answer]) -> Answer:
        """What `work` answers; of what a copy does not know, what the graph itself says."""
        try:
            return self.ask(work)
        except NotFound:
            if self._truth is None:
                raise
        return self.ask_graph(work)

    def ask_graph(self, work: Callable[[Recommender], Answer]) -> Answer:
        """What `work` answers of the graph itself. Raises ConnectionFailed as `guarded` does.

        Beside a copy not all threads may do so at once: whoever asks in numbers for what is not
        there, of a server that hangs, keeps nobody else waiting. Raises HTTPException 503.
        """
        truth = self._truth
        if truth is None:
            return self.ask(work)
        with _turn(self._asking, "too many ask for what is new at once"):
            return self.guarded(lambda: work(truth))

    def ask_as_of(self, until: int | None, work: Callable[[Recommender], Answer]) -> Answer:
        """What `work` answers of the graph as it was before `until`, None for as it is.

        Where the graph has to be derived again for that, not all threads may wait for it: whoever
        asks for many moments keeps nobody else waiting. Raises HTTPException 503.
        """
        if not self.recommender.derives(until):
            return self.ask(work)
        with _turn(self._past, "too many ask for earlier moments at once"):
            return self.ask(work)

    def product(self, product_id: str) -> Product:
        """A product as it is, however old a copy is; one that is not there, as it was just now.

        Raises NotFound. It names ids that are close, unless many ask for what is not there at once:
        to find them takes some hundred times as long as to find a product.
        """
        behind = self.copy is not None and self.copy.is_behind(product_id)
        ask = self.ask_graph if behind else self.ask_known
        try:
            return self._missing.ask(
                product_id, lambda: ask(lambda asked: asked.known_product(product_id))
            )
        except NotFound:
            with suppress(HTTPException, ConnectionFailed), _turn(self._close, "too many"):
                raise self.ask(lambda asked: asked.unknown(product_id)) from None
            raise

    def recommend(self, request: Question) -> Told:
        """A list, from the cache where it is still what would be made; it is counted what it was
        like.
        """
        state = self.recommender.state(request.user_id)
        if state is not None and (held := self.cache.find(request, state)):
            self.metrics.listed(held, cached=True)
            return held
        answer = self.ask_as_of(request.until, lambda _: self._list(request))
        if state is not None and state == self.recommender.state(request.user_id):
            self.cache.keep(request, state, answer)
        self._count(answer)
        return answer

    def _list(self, request: Question) -> Told:
        """Requests that wait at once are answered together, those of earlier moments each alone:
        nobody waits for a graph that is derived again for another. What needs the encoder or an
        earlier graph is no work for other processes: each would have to have its own.
        """
        if self.recommender.derives(request.until):
            return self._here([request])[0]
        here = bool(request.query) or request.until is not None
        return (self._together if here else self._apart).recommend(request)

    def forget(self, user_id: str) -> None:
        """Know nothing more of a user who has been forgotten in the graph."""
        self.changed(methodcaller("forget", user_id))
        self.lists.forget({hash_of(user_id)})
        self.cache.forget(user_id)

    def forget_hashes(self, hashes: Collection[str]) -> None:
        """The same of users whom another process has forgotten, by the hashes of their ids; no
        impressions or events of theirs are kept.
        """
        known = self.copy.graph.known_users() if self.copy is not None else ()
        for user_id in {*self.cache.users(), *known}:
            if hash_of(user_id) in hashes:
                self.forget(user_id)
        self.lists.forget(hashes)
        if self.impressions is not None:
            self.impressions.store.keep_forgotten(hashes)
        if self.queue is not None:
            self.queue.forget(hashes)

    def _here(self, requests: Sequence[Question]) -> list[Told]:
        return list(map(told, self.recommender.recommend_many(requests)))

    def page(self, page: Page) -> Told:
        """A later page of a list."""
        until = page.whole.asked.request.until
        answer = told(self.ask_as_of(until, lambda asked: asked.page(page.whole, page.start)))
        self._count(answer)
        return answer

    def _count(self, answer: Told) -> None:
        self.metrics.listed(answer)
        self.traces.stages(answer)

    def write(self, work: "Callable[[Neo4jGraph], Answer]") -> Answer:
        """What `work` answers that writes. Raises ConnectionFailed at once while it is away."""
        store = self.store
        if store is None:
            raise GraphError("this service answers from a copy alone: nothing can be written")
        return self.guarded(lambda: work(store))

    def write_product(
        self,
        product_id: str,
        work: "Callable[[Neo4jGraph], Answer]",
        unchanged: Callable[[Callable[[], Product]], None],
    ) -> Answer:
        """What `work` answers that writes a product, where it is `unchanged`: that is asked, with
        what reads the product, and nobody writes the product here in between. A copy in memory is
        renewed at once.
        """
        with self._turns[hash(product_id) % TURNS]:
            unchanged(lambda: self.ask_graph(lambda asked: asked.known_product(product_id)))
            try:
                return self.write(work)
            finally:  # where the answer is lost it may be written all the same
                self._missing.wrote()
                if self.copy is not None:
                    self.copy.wrote(product_id)
                    self.behind.set()

    def encoder(self) -> Encoder | None:
        """The graph's encoder, None where the graph has no vectors."""
        meta = self.ask(lambda recommender: recommender.meta())
        return self.recommender.encoder() if meta.text_slot else None

    def take_events(
        self, events: Sequence[Mapping[str, Any]], now: int | Sequence[int] | None = None
    ) -> EventsSummary:
        """Write events, tell a copy in memory, and count them. Raises ConnectionFailed."""
        done = self.write(lambda graph: add_events(graph, events, now))
        self.changed(methodcaller("add", happened(done.taken), happened(done.replaced)))
        self.metrics.events(
            created=done.created,
            changed=done.changed,
            unchanged=done.unchanged,
            rejected=len(done.rejected),
        )
        return done

    def take_impressions(self, events: Sequence[Mapping[str, Any]]) -> ImpressionsSummary:
        """Keep impressions and clicks, whether the graph's server is there or not."""
        done = self.kept_impressions().take(events)
        self.metrics.impressions(
            created=done.created, unchanged=done.unchanged, rejected=len(done.rejected)
        )
        return done

    def kept_impressions(self) -> Impressions:
        """Where they are kept. Raises GraphError where they are not."""
        if self.impressions is None:
            raise GraphError("this service keeps no impressions and clicks")
        return self.impressions

    def changed(self, change: "Callable[[LiveGraph], None]") -> None:
        """A copy in memory is told what has been written."""
        if self.copy is not None:
            self.copy.change(change)

    def change_rules(self, work: "Callable[[Neo4jGraph], Answer]") -> Answer:
        """What `work` answers that puts up or ends a rule; a copy in memory knows at once."""
        done = self.write(work)
        if self.copy is not None:
            self.guarded(self.copy.follow_rules)
        return done

    def guarded(self, work: Callable[[], Answer]) -> Answer:
        """What `work` answers that asks the server. Raises ConnectionFailed at once while away."""
        self.away.check()
        try:
            answer = work()
        except ConnectionFailed as error:
            if isinstance(error, TooSlow):
                self.away.answered()
            else:
                self.away.failed(error)
            raise
        except KgrecError:
            self.away.answered()
            raise
        self.away.answered()
        return answer


@contextmanager
def _turn(places: BoundedSemaphore, refusal: str) -> Iterator[None]:
    """Hold one of some places. Raises HTTPException 503 where none is free."""
    if not places.acquire(blocking=False):
        raise HTTPException(503, f"{refusal}; come back later", {"Retry-After": "1"})
    try:
        yield
    finally:
        places.release()


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]
"""The service, as a parameter of a route."""
