"""What the routes share: the recommender, and whether its server is away."""

from collections.abc import Callable, Mapping, Sequence
from operator import methodcaller
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request

from cli.web.away import Away
from cli.web.config import ServeConfig
from cli.web.lists import Lists, Page
from cli.web.numbers import Metrics
from cli.web.traces import Traces
from kg.errors import ConnectionFailed, GraphError, KgrecError, TooSlow
from kg.graph.live import happened
from kg.impressions.taking import Impressions
from kg.impressions.types import ImpressionsSummary
from kg.keys import Keys
from kg.live.answer_cache import AnswerCache
from kg.live.events import EventsSummary, add_events
from kg.live.queue import EventQueue
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


class Service:
    """A recommender that is served, and the graph that is written to. Safe to share.

    With `copy`, requests are answered from memory. Without `store`, nothing can be written; without
    `keys`, nobody is asked who they are; without `impressions`, none are taken. `browser` is where
    Neo4j Browser is for who looks at the page, if it is known.
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
    ) -> None:
        self.recommender = recommender
        self.config = config
        self.store = store
        self.copy = copy
        self.keys = keys
        self.queue = queue
        self.impressions = impressions
        self.metrics = Metrics()
        self.away = Away(config.rest_s)
        self.lists = Lists()
        self.cache = AnswerCache(config.cache_mb * 1024 * 1024)
        # Of two batches one waits for Neo4j while the other is scored; a copy knows no waiting.
        self._together = Together([self._here] * (1 if copy else 2))
        self.crew = self._crew()
        self._apart = Together(self.crew.answers) if self.crew else self._together
        self.traces = traces or Traces()
        self.browser: str | None = None
        self.warmed = Event()
        self.stopped = Event()

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

    def recommend(self, request: Question) -> Told:
        """A list, from the cache where it is still what would be made; it is counted what it was
        like.
        """
        state = self.recommender.state(request.user_id)
        if state is not None and (held := self.cache.find(request, state)):
            self.metrics.listed(held, cached=True)
            return held
        answer = self.ask(lambda _: self._list(request))
        if state is not None and state == self.recommender.state(request.user_id):
            self.cache.keep(request, state, answer)
        self._count(answer)
        return answer

    def _list(self, request: Question) -> Told:
        """Requests that wait at once are answered together. What needs the encoder or an earlier
        graph is no work for other processes: each would have to have its own.
        """
        here = bool(request.query) or request.until is not None
        return (self._together if here else self._apart).recommend(request)

    def forget(self, user_id: str) -> None:
        """Know nothing more of a user who has been forgotten in the graph."""
        self.changed(methodcaller("forget", user_id))
        self.lists.forget(user_id)
        self.cache.forget(user_id)

    def _here(self, requests: Sequence[Question]) -> list[Told]:
        return list(map(told, self.recommender.recommend_many(requests)))

    def page(self, page: Page) -> Told:
        """A later page of a list."""
        answer = told(self.ask(lambda recommender: recommender.page(page.whole, page.start)))
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

    def encoder(self) -> Encoder | None:
        """The graph's encoder, None where the graph has no vectors."""
        meta = self.ask(lambda recommender: recommender.meta())
        return self.recommender.encoder() if meta.text_slot else None

    def take_events(
        self, events: Sequence[Mapping[str, Any]], now: int | None = None
    ) -> EventsSummary:
        """Write events, tell a copy in memory, and count them. Raises ConnectionFailed."""
        done = self.write(lambda graph: add_events(graph, events, now))
        taken = happened(done.taken)
        self.changed(methodcaller("add", taken))
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


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]
"""The service, as a parameter of a route."""
