"""A step of a training on a GPU, recorded once and replayed.

A step is some hundreds of kernels of a few microseconds each: the GPU is done with them before
Python has started the next. A recording starts them all at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

Step = Callable[[int, "Tensor"], "Tensor"]
"""Called with a step's number and its examples [b]; leaves gradients, and returns the loss."""


@dataclass(frozen=True, eq=False)
class _Recording:
    """`graph` reads its examples from `some` and puts their loss into `loss`."""

    graph: Any
    some: "Tensor"
    loss: "Tensor"

    def replay(self, some: "Tensor") -> "Tensor":
        """The step with other examples; the loss is there until the next one."""
        self.some.copy_(some)
        self.graph.replay()
        return self.loss


def replayed(step: Step, turns: int, batch: int) -> Step:
    """`step` by recordings, one for each of the `turns` that its numbers come to. A batch of other
    than `batch` examples is done as it is.

    The step must ask the GPU for nothing, and put gradients where the last ones were.
    """
    recordings: dict[int, _Recording] = {}
    shared: list[Any] = []

    def replay(number: int, some: "Tensor") -> "Tensor":
        if len(some) != batch:
            return step(number, some)
        turn = number % turns
        if turn not in recordings:
            recordings[turn] = _record(partial(step, turn), some, shared)
        return recordings[turn].replay(some)

    return replay


def _record(step: "Callable[[Tensor], Tensor]", some: "Tensor", shared: list[Any]) -> _Recording:
    """Record a step. Recordings have a stream and memory that are `shared`, which the first of them
    puts there: one is replayed at a time. What is drawn at random will be drawn by the replays."""
    import torch

    place, graph = some.clone(), torch.cuda.CUDAGraph()
    with torch.random.fork_rng([some.device]):
        if not shared:
            aside = torch.cuda.Stream(some.device)  # type: ignore[no-untyped-call]
            shared.extend((aside, torch.cuda.graph_pool_handle()))
            _warm_up(step, place, shared[0])
        aside, memory = shared
        with torch.cuda.graph(graph, pool=memory, stream=aside):
            loss = step(place)
    return _Recording(graph, place, loss)


def _warm_up(step: "Callable[[Tensor], Tensor]", some: "Tensor", aside: Any) -> None:
    """Libraries prepare themselves when they are first called, which cannot be recorded."""
    import torch

    aside.wait_stream(torch.cuda.current_stream(some.device))
    with torch.cuda.stream(aside):
        step(some)
    torch.cuda.current_stream(some.device).wait_stream(aside)
