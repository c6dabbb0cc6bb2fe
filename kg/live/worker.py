"""A process that answers requests from a copy in memory of its own.

Python runs one thread of a process at a time: what computes lists and what speaks HTTP get in each
other's way in one process, and not in two.
"""

import copyreg
import io
import multiprocessing
import pickle
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from threading import Lock
from types import MappingProxyType
from typing import Any

from kg.embed.blas import one_blas_thread
from kg.errors import KgrecError
from kg.garbage import keep_what_is_there
from kg.graph.live import Change, LiveGraph
from kg.recommend.numbered import Numbered
from kg.recommend.pages import Whole
from kg.recommend.recommender import Recommender
from kg.recommend.told import Told, told
from kg.recommend.types import Request

STOP_S = 5.0
"""How long a process that is told to end may take."""


class WorkerError(KgrecError):
    """The process ended, or did not answer in time."""


def unnumbered() -> Numbered:
    """Numbers for nothing."""
    return Numbered()


def frozen(given: dict[str, float]) -> MappingProxyType[str, float]:
    """What may not be changed, like a recipe's weights."""
    return MappingProxyType(given)


def _parts(proxy: MappingProxyType[str, float]) -> tuple[Any, ...]:
    return frozen, (dict(proxy),)


def _left_out(_: Numbered) -> tuple[Any, ...]:
    return unnumbered, ()


class _Pickler(pickle.Pickler):
    """Packs what processes send each other: both sides have the numbers of all products."""

    dispatch_table = {  # noqa: RUF012 - pickle looks for it here
        **copyreg.dispatch_table,
        MappingProxyType: _parts,
        Numbered: _left_out,
    }


def packed(value: object) -> bytes:
    """What `pickle.loads` makes the value of again, without the numbers of products."""
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


class Sent:
    """A graph that arrives in another process as `packed` packs it."""

    def __init__(self, graph: LiveGraph) -> None:
        self._graph = graph

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is packed."""
        return pickle.loads, (packed(self._graph),)


class Worker:
    """A process with a copy of `graph`, which nothing else may change. Safe to share.

    What it is sent it takes in order: a request that follows a change knows of it.
    """

    def __init__(self, graph: LiveGraph, patience_s: float = 60.0) -> None:
        self._products = Numbered(graph.product_ids)
        self._patience_s = patience_s
        self._asking, self._sending = Lock(), Lock()
        context = multiprocessing.get_context("spawn")
        self._pipe, self._theirs = context.Pipe()
        self._process = context.Process(
            target=work, args=(self._theirs, Sent(graph)), name="kgrec-worker", daemon=True
        )

    @property
    def alive(self) -> bool:
        """Does the process run?"""
        return self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def start(self) -> None:
        """Begin the process."""
        self._process.start()
        self._theirs.close()

    def wait(self) -> None:
        """Wait until it has read ahead what requests need. Raises WorkerError."""
        with self._asking:
            self._received()

    def answer(self, requests: Sequence[Request]) -> list[Told]:
        """The answers to requests [n]. Raises WorkerError, and what a Recommender raises."""
        with self._asking:
            self._send(list(requests))
            said = self._received()
        if isinstance(said, Exception):
            raise said
        return [replace(each, whole=each.whole.numbered(self._products)) for each in said]

    def change(self, change: Change) -> None:
        """Make a change in its copy before what it is asked next. One that ended needs none."""
        with suppress(WorkerError):
            self._send(change)

    def close(self) -> None:
        """End it, once it has answered what it was asked."""
        with self._asking, self._sending:
            self._pipe.close()
        self._process.join(STOP_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _send(self, message: object) -> None:
        try:
            with self._sending:
                self._pipe.send_bytes(packed(message))
        except OSError as error:
            raise WorkerError("a worker process has ended") from error

    def _received(self) -> Any:
        try:
            if self._pipe.poll(self._patience_s):
                return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerError("a worker process has ended") from error
        self._process.kill()  # its answer would be taken for one to the next request
        raise WorkerError(f"a worker process did not answer for {self._patience_s:g} s")


@dataclass(frozen=True)
class Packed:
    """A list on its way: unpacked when a later page of it is asked for, which is seldom."""

    packed: bytes
    products: Numbered | None = None

    def __call__(self) -> Whole | None:
        """The list."""
        found: Whole | None = pickle.loads(self.packed)  # noqa: S301 - from a process of our own
        if found is None or self.products is None:
            return found
        return replace(found, products=self.products)

    def numbered(self, products: Numbered) -> "Packed":
        """With the numbers of products of this process."""
        return replace(self, products=products)


def work(pipe: Connection, graph: LiveGraph) -> None:
    """What the process does: make changes and answer requests until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; who started it ends it
    recommender = Recommender(graph)
    with one_blas_thread():
        recommender.warm()
        keep_what_is_there()
        pipe.send_bytes(packed(None))
        while True:
            try:
                message = pipe.recv()
                if isinstance(message, list):
                    pipe.send_bytes(packed(_answers(recommender, message)))
                else:
                    message(graph)
            except (EOFError, BrokenPipeError):
                return


def _answers(recommender: Recommender, requests: list[Request]) -> list[Told] | Exception:
    """The answers, or what is wrong."""
    try:
        return [_packed(told(each)) for each in recommender.recommend_many(requests)]
    except KgrecError as error:
        return type(error)(*error.args)
    except BaseException as error:  # noqa: BLE001 - told where it was asked; a panic too
        return RuntimeError(type(error).__name__)


def _packed(answer: Told) -> Told:
    return replace(answer, whole=Packed(packed(answer.whole())))
