"""What a service does beside requests, each in a thread of its own until the service stops."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from cli.web.logs import STOPPING, log_unforeseen
from cli.web.service import Service
from kg.embed.stale import count_stale
from kg.errors import KgrecError
from kg.garbage import keep_what_is_there
from kg.impressions.store import DAY
from kg.live.events import RejectedEvent
from kg.live.queue import PASSING
from kg.load.forgotten import read_forgotten
from kg.meta import built_meta
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request

if TYPE_CHECKING:
    from kg.live.copy import Copy

log = logging.getLogger("kgrec.serve")

FEW, RESTS = 200, 9
"""Texts that are looked at at once, and how many times as long nothing is looked at after them."""

TOLD_S = 60.0
"""How often it is said that events wait on."""


def warm(service: Service) -> None:
    """Read ahead what requests need, the text encoder included."""
    with _going_on("warm"):  # what is missing is told by /readyz and by the first request
        service.ask(_warm)
    service.warmed.set()


def keep_up(service: Service) -> None:
    """Renew a copy in memory whenever its graph has changed: at once where a product was written
    here, and after each renewal not for `renew_s`, or a catalogue that is put in one by one would
    leave no time for anything else.
    """
    copy, renewed = service.copy, False
    while copy is not None and not service.stopped.is_set():
        (service.stopped if renewed else service.behind).wait(service.config.renew_s)
        service.behind.clear()
        renewed = False
        with _going_on("renew"):  # the server is away: the copy serves on
            service.guarded(copy.follow_rules)
            renewed = _renewed(service, copy)


def _renewed(service: Service, copy: "Copy") -> bool:
    """Turn to a newer copy where the graph has moved."""
    fresh = service.guarded(copy.renewed)
    if fresh is None:
        return False
    recommender = service.recommender.on(fresh)
    with _going_on("warm"):
        _warm(recommender)
    service.recommender = recommender
    copy.turn()
    service.cache.clear()
    return True


def replay(service: Service) -> None:
    """Hand on the events that wait, whenever there are some; say where they wait on, once a
    minute, and where they were refused.
    """
    queue, told = service.queue, -TOLD_S
    while queue is not None and not service.stopped.wait(service.config.replay_s):
        with _going_on("replay"):
            refused = queue.set_aside
            try:
                queue.replay(partial(_taken, service))
            except PASSING as error:
                if time.monotonic() - told >= TOLD_S:
                    told = time.monotonic()
                    log.warning("%d events wait on: %s", len(queue), type(error).__name__)
            if new := queue.set_aside - refused:
                log.error("events that waited were refused: %d (kgrec events refused)", new)


def _taken(
    service: Service, events: Sequence[Mapping[str, Any]], moments: Sequence[int]
) -> Sequence[RejectedEvent]:
    """Those of events [n] that were rejected; an error that nobody expected is written down."""
    try:
        return service.take_events(events, moments).rejected
    except KgrecError:
        raise
    except STOPPING:
        raise
    except BaseException as error:
        log_unforeseen(error, "while it was to replay")
        raise


def follow_forgotten(service: Service) -> None:
    """Know nothing more of users whom another process has forgotten."""
    known: frozenset[str] = frozenset()
    while service.store is not None and not service.stopped.wait(service.config.renew_s):
        with _going_on("follow who is forgotten"):
            counted = service.write(lambda graph: graph.read("load/forgotten_count"))
            if counted[0]["forgotten"] != len(known):
                found = service.write(read_forgotten)
                service.forget_hashes(found - known)
                known = found


def count(service: Service) -> None:
    """Bring the sums of impressions and clicks to the graph; let go of the oldest once a day."""
    impressions, rotated = service.impressions, 0.0
    while impressions is not None and not service.stopped.wait(service.config.count_s):
        with _going_on("count"):
            if time.time() - rotated > DAY:
                rotated = time.time()
                impressions.store.rotate(int(rotated))
            service.write(impressions.count)


def look(service: Service) -> None:
    """Count the texts whose vectors are not theirs, whenever the graph's revision has moved."""
    seen: int | None = None
    while service.store is not None and not service.stopped.wait(service.config.look_s):
        with _going_on("look"):
            revision = service.write(lambda graph: built_meta(graph).revision)
            if revision != seen:
                counted = partial(count_stale, page=FEW, between=_resting(service))
                service.metrics.stale(service.write(counted))
                seen = revision


class _StoppedError(KgrecError):
    """The service ends: so does what is at rest."""


def _resting(service: Service) -> Callable[[], None]:
    """Waits RESTS times as long as has gone by since it did so last: requests come first. Raises
    _StoppedError where the service ends meanwhile.
    """
    begun = time.perf_counter()

    def rest() -> None:
        nonlocal begun
        if service.stopped.wait(RESTS * (time.perf_counter() - begun)):
            raise _StoppedError
        begun = time.perf_counter()

    return rest


def staff(service: Service) -> None:
    """Begin worker processes, and others in the place of those that ended."""
    crew = service.crew
    while crew is not None and not service.stopped.wait(service.config.staff_s):
        with _going_on("staff"):
            if ended := crew.keep():
                log.error("worker processes that ended were replaced: %d", ended)
    if crew is not None:
        crew.close()


WORK: tuple[Callable[[Service], None], ...] = (
    warm,
    keep_up,
    staff,
    replay,
    follow_forgotten,
    count,
    look,
)


@contextmanager
def _going_on(what: str) -> Iterator[None]:
    """Go on after work that failed; what nobody expected is written down."""
    try:
        yield
    except KgrecError:
        pass  # told by /readyz and by those who ask
    except STOPPING:
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of polars is no Exception
        log_unforeseen(error, f"while it was to {what}")


def _warm(recommender: Recommender) -> None:
    recommender.warm()
    recommender.recommend(Request(query="warm", k=1))
    keep_what_is_there()
