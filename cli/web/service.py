"""What the routes share: the recommender, and whether its server is away."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request

from cli.web.away import Away
from cli.web.config import ServeConfig
from cli.web.lists import Lists, Page
from cli.web.numbers import Metrics
from kg.errors import ConnectionFailed, GraphError, KgrecError, TooSlow
from kg.graph.live import happened
from kg.impressions.store import DAY
from kg.impressions.taking import Impressions
from kg.impressions.types import ImpressionsSummary
from kg.keys import Keys
from kg.live.events import EventsSummary, add_events
from kg.live.queue import EventQueue
from kg.recommend.recommender import Recommender
from kg.recommend.served import Encoder
from kg.recommend.types import Request as Question
from kg.recommend.types import Result

if TYPE_CHECKING:
    from kg.graph.live import LiveGraph
    from kg.graph.neo4j import Neo4jGraph
    from kg.live.copy import Copy

log = logging.getLogger("kgrec.serve")

Answer = TypeVar("Answer")


class Service:
    """A recommender that is served, and the graph that is written to. Safe to share.

    With `copy`, requests are answered from memory. Without `store`, nothing can be written; without
    `keys`, nobody is asked who they are; without `impressions`, none are taken.
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
        self.warmed = Event()
        self.stopped = Event()

    def ask(self, work: Callable[[Recommender], Answer]) -> Answer:
        """What `work` answers. Raises ConnectionFailed at once while the server is away."""
        if self.copy is not None:
            return work(self.recommender)
        return self._guarded(lambda: work(self.recommender))

    def recommend(self, request: Question) -> Result:
        """A list; it is counted what it was like."""
        result = self.ask(lambda recommender: recommender.recommend(request))
        self.metrics.listed(result)
        return result

    def page(self, page: Page) -> Result:
        """A later page of a list."""
        result = self.ask(lambda recommender: recommender.page(page.whole, page.start))
        self.metrics.listed(result)
        return result

    def write(self, work: "Callable[[Neo4jGraph], Answer]") -> Answer:
        """What `work` answers that writes. Raises ConnectionFailed at once while it is away."""
        store = self.store
        if store is None:
            raise GraphError("this service answers from a copy alone: nothing can be written")
        return self._guarded(lambda: work(store))

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
        self.changed(lambda copy: copy.add(taken))
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

    def count(self) -> None:
        """Bring the sums of impressions and clicks to the graph, until the service stops."""
        impressions, rotated = self.impressions, 0.0
        while impressions is not None and not self.stopped.wait(self.config.count_s):
            with _going_on("count"):
                if time.time() - rotated > DAY:
                    rotated = time.time()
                    impressions.store.rotate(int(rotated))
                self.write(impressions.count)

    def replay(self) -> None:
        """Hand on the events that wait, whenever there are some, until the service stops."""
        queue = self.queue
        while queue is not None and not self.stopped.wait(self.config.replay_s):
            with _going_on("replay"):  # they wait on
                queue.replay(self.take_events)

    def changed(self, change: "Callable[[LiveGraph], None]") -> None:
        """A copy in memory is told what has been written."""
        if self.copy is not None:
            self.copy.change(change)

    def change_rules(self, work: "Callable[[Neo4jGraph], Answer]") -> Answer:
        """What `work` answers that puts up or ends a rule; a copy in memory knows at once."""
        done = self.write(work)
        if self.copy is not None:
            self._guarded(self.copy.follow_rules)
        return done

    def _guarded(self, work: Callable[[], Answer]) -> Answer:
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

    def warm(self) -> None:
        """Read ahead what requests need, the text encoder included."""
        with _going_on("warm"):  # what is missing is told by /readyz and by the first request
            self.ask(_warm)
        self.warmed.set()

    def keep_up(self) -> None:
        """Renew a copy in memory whenever its graph has changed, until the service stops."""
        copy = self.copy
        while copy is not None and not self.stopped.wait(self.config.renew_s):
            with _going_on("renew"):  # the server is away: the copy serves on
                self._guarded(copy.follow_rules)
                fresh = self._guarded(copy.renewed)
                if fresh is not None:
                    recommender = self.recommender.on(fresh)
                    with _going_on("warm"):
                        _warm(recommender)
                    self.recommender = recommender
                    copy.turn()


@contextmanager
def _going_on(what: str) -> Iterator[None]:
    """Go on after work in the background that failed; what nobody expected is written down."""
    try:
        yield
    except KgrecError:
        pass  # told by /readyz and by those who ask
    except Exception as error:  # noqa: BLE001 - its message may name a person
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s while it was to %s\n%s", type(error).__name__, what, where)


def _warm(recommender: Recommender) -> None:
    recommender.warm()
    recommender.recommend(Question(query="warm", k=1))


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]
"""The service, as a parameter of a route."""
