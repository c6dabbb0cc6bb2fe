"""Learn product vectors and the recency head from all sequences of a shop: the training loop."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from gnn.checkpoints import keep, kept
from gnn.config import ITEMS, ItemConfig
from gnn.devices import Device, cuda_here, device_of
from gnn.evaluate.split import Split
from gnn.evidence import weights_of
from gnn.interrupts import interrupts
from gnn.log import Log, unlogged
from gnn.networks import Built, build
from gnn.objective import Objective, loss_of, objective_of
from gnn.prefixes import Prefixes, prefixes_of
from gnn.replay import Step, replayed
from gnn.run import Run, started
from gnn.texts import check_texts
from gnn.validation import TOP, Validation, ndcg, validation_of
from kg.errors import GraphError, KgrecError
from kg.progress import Progress, Say, silent, unsaid
from kg.recommend.learned import Head
from kg.snapshot.types import Matrix, Snapshot

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class ItemVectors:
    """Product vectors [n, d] of unit length and the head that makes users of them, as they were
    after `epoch`; the mean loss of each epoch, and its NDCG@10 where something validated."""

    vectors: Matrix
    head: Head
    losses: tuple[float, ...]
    measured: tuple[float, ...] = ()
    epoch: int = 0


class NotFiniteError(KgrecError):
    """The loss became infinite or no number: what was learned last is kept as a checkpoint."""


@dataclass(frozen=True, eq=False)
class _Course:
    """What a training is given, and who looks on."""

    config: ItemConfig
    device: Device
    built: Built
    objective: Objective
    history: "Tensor"
    target: "Tensor"
    weight: "Tensor"
    validation: Validation | None
    epochs: int
    checkpoint: Path | None
    progress: Progress
    log: Log
    say: Say
    stopped: Callable[[], bool]


def train_items(
    snapshot: Snapshot,
    config: ItemConfig = ITEMS,
    progress: Progress = silent,
    checkpoint: Path | None = None,
    *,
    validation: Split | None = None,
    epochs: int | None = None,
    log: Log = unlogged,
    say: Say = unsaid,
) -> ItemVectors:
    """Learn to name the next product of every sequence from the ten before it.

    Where a `validation` of this very snapshot is given, its NDCG@10 decides: the best epoch's
    weights are returned, and config.patience epochs that are no better end the training. `epochs`
    ends it early, at a rate that still follows config.epochs. With a `checkpoint` every epoch is
    kept there, and what Ctrl-C ends is as well; a run of the same configuration goes on exactly
    from there. Raises GraphError where nothing follows anything, NotFiniteError, OptionError for a
    device that is not here.
    """
    import torch

    check_texts(snapshot)
    config = config.within(len(snapshot.products.ids))
    torch.manual_seed(config.seed)
    device = device_of(config.device, cuda_here())
    prefixes = _prefixes(snapshot, config)
    built = build(snapshot, config, device.name)
    run = started(built, config, len(prefixes.target), device.name)
    with interrupts() as stopped:
        course = _Course(
            config=config,
            device=device,
            built=built,
            objective=objective_of(snapshot, prefixes, config, device.name),
            history=device.tensor(prefixes.history.astype(np.int64)),
            target=device.tensor(prefixes.target.astype(np.int64)),
            weight=device.tensor(weights_of(snapshot, prefixes, config.evidence)),
            validation=_validation(validation, config),
            epochs=min(epochs or config.epochs, config.epochs),
            checkpoint=checkpoint,
            progress=progress,
            log=log,
            say=say,
            stopped=stopped,
        )
        _resume(course, run)
        step = _stepping(course, run)
        while not run.ended(course.epochs, config.patience):
            _epoch(course, run, step)
    return _learned(course, run)


def _prefixes(snapshot: Snapshot, config: ItemConfig) -> Prefixes:
    prefixes = prefixes_of(snapshot, config.length)
    if not len(prefixes.target):
        raise GraphError(
            "nothing to learn from: no user wanted two products (bought, liked or rated them 4 or"
            " more); load more events with kgrec build-graph"
        )
    return prefixes


def _validation(split: Split | None, config: ItemConfig) -> Validation | None:
    if split is None:
        return None
    return validation_of(split, config.length, config.judged, config.seed)


def _resume(course: _Course, run: Run) -> None:
    if course.checkpoint is None:
        return
    state = kept(course.checkpoint)
    if state is not None:
        run.restore(state)
        course.say(f"goes on from a checkpoint, after epoch {run.epoch} of {course.config.epochs}")
    elif course.checkpoint.exists():
        course.say(f"{course.checkpoint} cannot be read: begins again")


def _stepping(course: _Course, run: Run) -> Step:
    """What makes the gradients of a batch."""

    def gradients(number: int, some: "Tensor") -> "Tensor":
        with course.device.precision():
            loss = _loss(course, run, number, some)
        run.optimiser.zero_grad(set_to_none=not course.device.gpu)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    if course.device.gpu:
        return replayed(gradients, course.built.turns, course.config.batch)
    return gradients


def _epoch(course: _Course, run: Run, step: Step) -> None:
    """What is left of the epoch under way, or a new one; then its measure and checkpoint."""
    import torch

    started_at = perf_counter()
    if run.order is None:
        run.order = torch.randperm(len(course.target))
    while run.done < len(run.order):
        _step(course, run, run.order, step)
        if course.stopped():
            _keep(course, run)
            raise KeyboardInterrupt
    run.losses.append(run.total / len(run.order))
    run.epoch, run.done, run.total, run.order = run.epoch + 1, 0, 0.0, None
    _check_weights(course, run)
    run.measure(_measured(course, run))
    _keep(course, run)
    _log(course, run, perf_counter() - started_at)


def _step(course: _Course, run: Run, order: "Tensor", step: Step) -> None:
    """Learn from the next batch of the order."""
    config, number = course.config, run.done // course.config.batch
    some = order[run.done : run.done + config.batch]
    run.network.train()
    run.head.train()
    loss = step(run.epoch + number, some.to(course.device.name))
    if not np.isfinite(value := loss.item()):
        batch = f"batch {number + 1} of epoch {run.epoch + 1}"
        raise _not_finite(course, run, f"the loss of {batch} is {value}")
    run.optimiser.step()
    run.schedule.step()
    run.total, run.done = run.total + value * len(some), run.done + len(some)
    _report(course, run)


def _loss(course: _Course, run: Run, step: int, some: "Tensor") -> "Tensor":
    """The loss of the examples `some` [b]."""
    from torch.nn import functional

    history, target, weight = (
        column[some] for column in (course.history, course.target, course.weight)
    )
    vectors = course.built.vectors(step)
    users = run.head(functional.embedding(history.clamp_min(0), vectors), history >= 0)
    temperature = run.temperature.exp()
    return loss_of(course.objective, users, vectors, target, weight, temperature)


def _check_weights(course: _Course, run: Run) -> None:
    """The last step of an epoch may have spoilt what it leaves. Raises NotFiniteError."""
    named = [*run.network.named_parameters(), *run.head.named_parameters()]
    spoilt = [name for name, value in named if not value.isfinite().all()]
    if spoilt:
        what = f"the network's {spoilt[0]} is no number after epoch {run.epoch}"
        raise _not_finite(course, run, what, run.epoch - 1)


def _not_finite(course: _Course, run: Run, what: str, epoch: int | None = None) -> NotFiniteError:
    last = run.epoch if epoch is None else epoch
    kept_epoch = f", the checkpoint of epoch {last} is kept" if course.checkpoint and last else ""
    return NotFiniteError(f"{what}: training stopped{kept_epoch}; try another seed")


def _measured(course: _Course, run: Run) -> float | None:
    import torch

    if course.validation is None:
        return None
    run.network.eval()
    run.head.eval()
    with torch.no_grad():
        return ndcg(course.validation, run.head, course.built.vectors(None))


def _keep(course: _Course, run: Run) -> None:
    if course.checkpoint is None:
        return
    failed = keep(course.checkpoint, run.state())
    if failed is not None:
        course.say(f"{failed}; training goes on without")


def _report(course: _Course, run: Run) -> None:
    """How far all epochs are, of which patience may spare some."""
    n = len(course.target)
    told = [f"epoch {run.epoch + 1}/{course.epochs}", f"loss {run.total / run.done:.3f}"]
    if run.measured:
        told.append(f"NDCG@{TOP} {run.measured[-1]:.4f}")
    course.progress(f"train | {', '.join(told)}", run.epoch * n + run.done, course.epochs * n)


def _log(course: _Course, run: Run, seconds: float) -> None:
    told = {
        "loss": run.losses[-1],
        "rate": run.schedule.get_last_lr()[0],
        "temperature": run.temperature.exp().item(),
        "seconds": seconds,
    }
    if run.measured:
        told[f"ndcg@{TOP}"] = run.measured[-1]
    course.log(run.epoch, told)


def _learned(course: _Course, run: Run) -> ItemVectors:
    import torch

    if run.best is not None:
        run.take(run.best)
    run.network.eval()
    with torch.no_grad():
        vectors = course.built.vectors(None).cpu().numpy()
    losses, measured = tuple(run.losses), tuple(run.measured)
    return ItemVectors(vectors, run.head.served(), losses, measured, run.best_epoch)
