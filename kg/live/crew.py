"""Worker processes beside a copy in memory, which know what it knows; the dead are replaced."""

from collections.abc import Sequence
from functools import partial

from kg.errors import NotFound
from kg.graph.live import LiveGraph
from kg.live.copy import Copy
from kg.live.worker import Worker, WorkerError
from kg.recommend.served import NUMBERED
from kg.recommend.together import Answer
from kg.recommend.told import Told
from kg.recommend.types import Request


class Crew:
    """`size` workers of a copy, none until `keep` is called. Safe to share between threads.

    Where one is missing, or of an earlier graph that lacks what is asked about, `here` answers in
    its place, in this process.
    """

    def __init__(self, copy: Copy, size: int, here: Answer) -> None:
        self._copy = copy
        self._here = here
        self._places: list[tuple[Worker, LiveGraph] | None] = [None] * size

    @property
    def answers(self) -> list[Answer]:
        """What answers in the place of each worker."""
        return [partial(self._answer, place) for place in range(len(self._places))]

    @property
    def pids(self) -> list[int | None]:
        """The numbers of the processes that run."""
        return [each[0].pid for each in self._places if each is not None and each[0].alive]

    def keep(self) -> int:
        """Begin a worker where there is none of the graph that is served; how many had ended.

        Those of an earlier graph answer until another is ready. None is begun for so many products
        that they would not be numbered alike.
        """
        ended = 0
        for place, held in enumerate(self._places):
            graph = self._copy.graph
            lost = held is not None and not held[0].alive
            if (held and held[1] is graph and not lost) or len(graph.product_ids) > NUMBERED:
                continue
            ended += lost
            worker = self._copy.follow(Worker)
            try:
                worker.start()
                worker.wait()
            except WorkerError:
                self._end(worker)
                raise
            self._places[place] = worker, graph
            if held is not None:
                self._end(held[0])
        return ended

    def close(self) -> None:
        """End all workers."""
        for place, held in enumerate(self._places):
            self._places[place] = None
            if held is not None:
                self._end(held[0])

    def _end(self, worker: Worker) -> None:
        self._copy.unfollow(worker)
        worker.close()

    def _answer(self, place: int, requests: Sequence[Request]) -> list[Told]:
        held = self._places[place]
        if held is None:
            return self._here(requests)
        try:
            return held[0].answer(requests)
        except (WorkerError, NotFound):  # what it does not know may be in a later copy
            return self._here(requests)
