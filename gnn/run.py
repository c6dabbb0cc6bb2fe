"""A training in progress: all that has to be kept for it to go on exactly where it was."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gnn.config import ItemConfig
from gnn.networks import Built

if TYPE_CHECKING:
    from torch import Tensor, nn

    from gnn.models.recency_head import RecencyHead

States = dict[str, Any]


@dataclass(eq=False)
class Run:
    """What learns, and how far it is: `epoch` of them are done, and `done` examples of `order`,
    with `total` loss, of the one under way. `losses` and `measured` have an entry an epoch."""

    network: "nn.Module"
    head: "RecencyHead"
    temperature: "nn.Parameter"
    optimiser: Any
    schedule: Any
    epoch: int = 0
    done: int = 0
    total: float = 0.0
    order: "Tensor | None" = None
    losses: list[float] = field(default_factory=list)
    measured: list[float] = field(default_factory=list)
    best: States | None = None

    @property
    def best_epoch(self) -> int:
        """The epoch, from 1, whose weights measured best, the earliest of equals; where nothing
        was measured the last."""
        return int(np.argmax(self.measured)) + 1 if self.measured else self.epoch

    def ended(self, epochs: int, patience: int) -> bool:
        """Are all epochs done, or were `patience` in a row no better?"""
        waited = self.epoch - self.best_epoch
        return self.epoch >= epochs or waited >= patience

    def weights(self) -> States:
        """The parameters alone."""
        return {
            "network": self.network.state_dict(),
            "head": self.head.state_dict(),
            "temperature": self.temperature.data,
        }

    def take(self, weights: States) -> None:
        """Go on with these parameters."""
        self.network.load_state_dict(weights["network"])
        self.head.load_state_dict(weights["head"])
        self.temperature.data.copy_(weights["temperature"])

    def measure(self, value: float | None) -> None:
        """Note how good the weights are after this epoch, and keep the best."""
        if value is None:
            return
        self.measured.append(value)
        if self.best_epoch == self.epoch:
            self.best = deepcopy(self.weights())

    def state(self) -> States:
        """What `restore` takes."""
        import torch

        device = self.temperature.device
        return {
            "weights": self.weights(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epoch": self.epoch,
            "done": self.done,
            "total": self.total,
            "order": self.order,
            "losses": self.losses,
            "measured": self.measured,
            "best": self.best,
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state(device) if device.type == "cuda" else None,
        }

    def restore(self, state: States) -> None:
        """Go on where a checkpoint was made; on another device with other random numbers."""
        import torch

        device = self.temperature.device
        self.take(state["weights"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.epoch, self.done, self.total = state["epoch"], state["done"], state["total"]
        self.order, self.best = state["order"], state["best"]
        self.losses, self.measured = state["losses"], state["measured"]
        torch.set_rng_state(state["random"])
        if device.type == "cuda" and state["random_cuda"] is not None:
            torch.cuda.set_rng_state(state["random_cuda"], device)


def started(built: Built, config: ItemConfig, examples: int, device: str) -> Run:
    """A run of no epoch yet: AdamW, its rate in one cycle over all of config.epochs.

    (Loshchilov and Hutter, 2019; Smith, 2018)
    """
    import torch
    from torch import nn

    from gnn.models.recency_head import RecencyHead

    head = RecencyHead(config.dimension, config.length).to(device)
    temperature = nn.Parameter(torch.tensor(config.temperature, device=device).log())
    parameters = [*built.network.parameters(), *head.parameters(), temperature]
    optimiser = torch.optim.AdamW(parameters, lr=config.rate)
    steps = config.epochs * -(-examples // config.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.rate, total_steps=steps + 1, pct_start=0.1
    )
    return Run(built.network, head, temperature, optimiser, schedule)
