"""Learn product vectors and the recency head from all sequences of a shop."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gnn.config import ITEMS, ItemConfig
from gnn.networks import Built, build
from gnn.prefixes import Prefixes, prefixes_of
from kg.errors import GraphError, KgrecError
from kg.progress import Progress, silent
from kg.recommend.learned import Head
from kg.snapshot.types import Matrix, Snapshot

if TYPE_CHECKING:
    from torch import Tensor, nn

    from gnn.models.recency_head import RecencyHead


@dataclass(frozen=True, eq=False)
class ItemVectors:
    """Product vectors [n, d] of unit length, the head that makes users of them, and the mean loss
    of each epoch."""

    vectors: Matrix
    head: Head
    losses: tuple[float, ...]


class NotFiniteError(KgrecError):
    """The loss became infinite or no number: what was learned last is kept as a checkpoint."""


@dataclass(eq=False)
class _Run:
    """A training in progress: all that a checkpoint keeps."""

    model: "nn.Module"
    head: "RecencyHead"
    temperature: "nn.Parameter"
    optimiser: Any
    schedule: Any
    epoch: int = 0
    losses: list[float] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""
        import torch

        return {
            "model": self.model.state_dict(),
            "head": self.head.state_dict(),
            "temperature": self.temperature.data,
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epoch": self.epoch,
            "losses": self.losses,
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where a checkpoint was made."""
        import torch

        self.model.load_state_dict(state["model"])
        self.head.load_state_dict(state["head"])
        self.temperature.data = state["temperature"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.epoch, self.losses = state["epoch"], state["losses"]
        torch.set_rng_state(state["random"].cpu())


def train_items(
    snapshot: Snapshot,
    config: ItemConfig = ITEMS,
    progress: Progress = silent,
    checkpoint: Path | None = None,
) -> ItemVectors:
    """Learn to name the next product of every sequence from the ten before it.

    Cross-entropy of the cosine over a temperature that is learned, against negatives drawn
    uniformly and the batch's other targets. With a `checkpoint` every epoch is kept there, and a
    run of the same configuration goes on after the last. Raises GraphError where nothing follows
    anything, NotFiniteError.
    """
    import torch

    torch.manual_seed(config.seed)
    device = config.device or ("cuda" if torch.cuda.is_available() else "cpu")
    prefixes = prefixes_of(snapshot, config.length)
    if not len(prefixes.target):
        raise GraphError("nothing to learn from: no user wanted two products")
    built = build(snapshot, config, device)
    run = _started(built, config, len(prefixes.target), device)
    if checkpoint is not None and checkpoint.exists():
        run.restore(torch.load(checkpoint, map_location=device, weights_only=True))
    while run.epoch < config.epochs:
        _epoch(run, built, prefixes, config, device, progress)
        _keep(run, checkpoint)
    return _learned(run, built)


def _started(built: Built, config: ItemConfig, examples: int, device: str) -> _Run:
    import torch
    from torch import nn

    from gnn.models.recency_head import RecencyHead

    model, head = built.network, RecencyHead(config.dimension, config.length).to(device)
    temperature = nn.Parameter(torch.tensor(config.temperature).log())
    temperature.data = temperature.data.to(device)
    parameters = [*model.parameters(), *head.parameters(), temperature]
    optimiser = torch.optim.AdamW(parameters, lr=config.rate)
    steps = config.epochs * -(-examples // config.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.rate, total_steps=steps + 1, pct_start=0.1
    )
    return _Run(model, head, temperature, optimiser, schedule)


def _epoch(
    run: _Run,
    built: Built,
    prefixes: Prefixes,
    config: ItemConfig,
    device: str,
    progress: Progress,
) -> None:
    total, done = 0.0, 0
    n = len(prefixes.target)
    run.model.train()
    run.head.train()
    for number, (history, target) in enumerate(_batches(prefixes, config, device)):
        loss = _loss(run, built, run.epoch + number, history, target, config)
        if not np.isfinite(value := loss.item()):
            raise NotFiniteError(f"the loss of batch {number} of epoch {run.epoch + 1} is {value}")
        run.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        run.optimiser.step()
        run.schedule.step()
        total, done = total + value * len(target), done + len(target)
        progress(f"epoch {run.epoch + 1}/{config.epochs}, loss {total / done:.3f}", done, n)
    run.epoch += 1
    run.losses.append(total / n)


def _batches(
    prefixes: Prefixes, config: ItemConfig, device: str
) -> "Iterator[tuple[Tensor, Tensor]]":
    """Histories [b, l] and targets [b], every prefix once, in a random order."""
    import torch

    history = torch.from_numpy(prefixes.history.astype(np.int64))
    target = torch.from_numpy(prefixes.target.astype(np.int64))
    order = torch.randperm(len(target))
    for at in range(0, len(order), config.batch):
        some = order[at : at + config.batch]
        yield history[some].to(device), target[some].to(device)


def _loss(
    run: _Run,
    built: Built,
    step: int,
    history: "Tensor",
    target: "Tensor",
    config: ItemConfig,
) -> "Tensor":
    """Sampled softmax over the batch's targets and uniform negatives. history [b, l] -> scalar."""
    import torch
    from torch.nn import functional

    vectors = built.vectors(step)
    users = run.head(vectors[history.clamp_min(0)], history >= 0)
    negatives = torch.randint(built.products, (config.negatives,), device=target.device)
    candidates = torch.unique(torch.cat([target, negatives]))
    logits = users @ vectors[candidates].T / run.temperature.exp()
    return functional.cross_entropy(logits, torch.searchsorted(candidates, target))


def _keep(run: _Run, checkpoint: Path | None) -> None:
    import torch

    if checkpoint is not None:
        new = checkpoint.with_name(f"{checkpoint.name}.new")
        torch.save(run.state(), new)
        new.replace(checkpoint)


def _learned(run: _Run, built: Built) -> ItemVectors:
    import torch

    run.model.eval()
    with torch.no_grad():
        vectors = built.vectors(None).cpu().numpy()
    return ItemVectors(vectors, _numpy_head(run.head), tuple(run.losses))


def _numpy_head(head: "RecencyHead") -> Head:
    """The head as the request path evaluates it."""
    state = {name: value.cpu().double().numpy() for name, value in head.state_dict().items()}
    return Head(
        position=state["position"],
        ask=state["ask.weight"],
        key=state["key.weight"],
        gate=state["gate"],
        widen=state["widen.weight"],
        widen_bias=state["widen.bias"],
        narrow=state["narrow.weight"],
        narrow_bias=state["narrow.bias"],
    )
