"""How models are trained: frozen recipes, chosen on the validation items of the Beauty shop."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """What a wanted product weighs in the loss: as much as the strongest event that says so, times
    what the user's latest rating leaves of it: all at five stars, `worst` at one, between them in
    proportion."""

    bought: float = 1.0
    liked: float = 1.0
    rated: float = 1.0
    worst: float = 1.0


CATALOGUE = 12_101
"""The products of the shop that the networks' batches were chosen on."""

SMALL, LARGE = 32, 8_192
"""A batch is no smaller because of a small catalogue, and no larger because of a large one."""


@dataclass(frozen=True)
class ItemConfig:
    """A network of products and its recency head.

    `network` is one of gnn.networks: the item graph, LightGCN over users and products, or the
    heterogeneous graph of users, products, brands and categories. `length` latest products make a
    user; `drawn` graphs, each without a share of `edge_dropout` of the relationships, take turns;
    `negatives` are drawn uniformly for each batch, whose own targets count as well. Where something
    validates, at most `judged` users do, and `patience` epochs that are no better end the training.
    `batch` examples make a step in a catalogue of CATALOGUE products, and in others in proportion:
    every step makes the vectors of all of them. `popularity_correction` makes the sampled softmax
    an estimate of the full one (logQ), and `diversity_weight` is the lambda of
    L_rel + lambda L_div (gnn.objective). `device` None takes CUDA where there is one.
    """

    network: str = "items"
    dimension: int = 128
    layers: int = 2
    length: int = 10
    epochs: int = 6
    batch: int = 1_024
    negatives: int = 3_000
    rate: float = 2e-3
    dropout: float = 0.3
    id_dropout: float = 0.1
    edge_dropout: float = 0.3
    drawn: int = 8
    text_neighbours: int = 10
    temperature: float = 0.07
    evidence: Evidence = field(default_factory=Evidence)
    popularity_correction: bool = False
    diversity_weight: float = 0.0
    judged: int = 5_000
    patience: int = 3
    seed: int = 0
    device: str | None = None

    def within(self, products: int) -> "ItemConfig":
        """With the batch for a catalogue of so many products."""
        fair = round(self.batch * products / CATALOGUE)
        bounded = max(min(self.batch, SMALL), min(fair, max(self.batch, LARGE)))
        return replace(self, batch=bounded)


FEW, STEPS = 16, 12
"""Lists in a batch of the ranker at least, and steps of an epoch that it is made smaller for."""


@dataclass(frozen=True)
class RankerConfig:
    """The listwise ranker. `most_users` bounds what it learns from; more are drawn among. A `batch`
    is of so many lists, or of fewer where there are few in all, so that an epoch has some STEPS.

    It learns to name everybody's last product; with `held_out` a drawn share of everybody's
    products instead, for events whose order means nothing; old products of a history then count as
    much as new ones.
    """

    hidden: int = 64
    epochs: int = 8
    batch: int = 64
    rate: float = 0.01
    decay: float = 0.01
    most_users: int = 30_000
    held_out: float | None = None
    seed: int = 0

    def among(self, lists: int) -> "RankerConfig":
        """With the batch for so many lists."""
        return replace(self, batch=min(self.batch, max(FEW, lists // STEPS)))


@dataclass(frozen=True)
class BlendConfig:
    """The weights and temperatures of `paper`. `decay` draws them back to those they begin at;
    `softness` is how far, in logarithms of scores, a candidate has to lead to count as before."""

    epochs: int = 12
    batch: int = 64
    rate: float = 0.02
    decay: float = 0.5
    softness: float = 0.03
    seed: int = 0


@dataclass(frozen=True)
class TuneConfig:
    """What `kgrec tune` does: at most `most_users` past requests are fitted on or, a drawn `share`
    of them, say whether what was fitted is better."""

    most_users: int = 10_000
    share: float = 0.2
    blend: BlendConfig = field(default_factory=BlendConfig)
    seed: int = 0


@dataclass(frozen=True)
class LearnConfig:
    """Everything that `kgrec train` does; `items` None fits the ranker without learned vectors."""

    items: ItemConfig | None = field(default_factory=ItemConfig)
    ranker: RankerConfig = field(default_factory=RankerConfig)


def as_text(config: LearnConfig) -> str:
    """The configuration as the graph keeps it, JSON."""
    return json.dumps(asdict(config))


def from_text(text: str) -> LearnConfig:
    """The configuration that was kept; what this kgrec does not know of it is left out."""
    told = json.loads(text)
    items = told["items"]
    if items is not None:
        evidence = Evidence(**_known(Evidence, items["evidence"]))
        items = ItemConfig(**_known(ItemConfig, items) | {"evidence": evidence})
    return LearnConfig(items, RankerConfig(**_known(RankerConfig, told["ranker"])))


def _known(kind: type, told: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in told.items() if name in names}


ITEMS, RANKER, LEARN = ItemConfig(), RankerConfig(), LearnConfig()
BLEND, TUNE = BlendConfig(), TuneConfig()
"""The recipes that are chosen where none is named."""

MODELS = {
    "items": ITEMS,
    "hetero": ItemConfig(network="hetero", dimension=64),
    "lightgcn": ItemConfig(network="lightgcn", dimension=64, layers=3),
}
"""What `kgrec train` learns product vectors with, by name."""

TUNES = {"paper": TUNE, "learned": TuneConfig(most_users=RANKER.most_users)}
"""What `kgrec tune` fits, by recipe: a network of thousands of numbers wants more examples."""
