"""`kgrec train`: product vectors, the users' head and the ranker, all from one snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gnn.checkpoints import checkpoint_of
from gnn.config import LEARN, RANKER, ItemConfig, LearnConfig, RankerConfig
from gnn.evaluate.split import Split, of_rows
from gnn.evaluate.splits import leave_last, leave_share, new_products
from gnn.examples import examples_of, untrained, with_vectors
from gnn.items import ItemVectors, train_items
from gnn.log import event_files
from gnn.past import keep_network
from gnn.ranker import fit_ranker
from gnn.validation import some
from kg.derive.sequences import sequences_of
from kg.errors import GraphError
from kg.progress import Progress, Say, silent, unsaid
from kg.recommend.learned import LearnedModel, Ranker, Words, telling
from kg.recommend.recipes import CONTENT, DECAY
from kg.snapshot import columns_of
from kg.snapshot.types import Matrix, Snapshot

HIDDEN, MOST = 0.1, 4_000
"""Of the recipe `content`: the share of products that are hidden, and how many users it learns
from at most."""


SHARE = 0.1
"""Of everybody's products, what the ranker learns to name where events have no order."""


@dataclass(frozen=True)
class Aside:
    """Who is told of the learning, the folders of its checkpoints and event files, and the one in
    which `kgrec tune` finds the network that does not know the last products."""

    progress: Progress = silent
    folder: Path | None = None
    log_dir: Path | None = None
    say: Say = unsaid
    past: Path | None = None


@dataclass(frozen=True, eq=False)
class Learned:
    """A model to be served, its product vectors [n, d] (None without a GNN), the losses by epoch,
    the share of past requests whose product the walks found, and the NDCG@10 by epoch of the
    network that did not know the last products, which chose how many epochs there are. `config` is
    what it was learned with, `told` more that the graph is to say of it."""

    model: LearnedModel
    vectors: Matrix | None
    losses: tuple[float, ...]
    found: float
    measured: tuple[float, ...] = ()
    config: LearnConfig | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def learn(
    snapshot: Snapshot,
    config: LearnConfig = LEARN,
    progress: Progress = silent,
    folder: Path | None = None,
    *,
    log_dir: Path | None = None,
    say: Say = unsaid,
    past_folder: Path | None = None,
) -> Learned:
    """Learn from everything in `snapshot`.

    The ranker learns to name each user's last product (or a share of all, `held_out`) with terms
    and vectors that know none of these: for that the network is trained twice, without them and
    with them. They also validate the first training; the second ends after as many epochs.
    `folder` keeps checkpoints, `log_dir` TensorBoard's event files, `past_folder` the first of the
    two networks, once it is trained. Raises GraphError, NotFiniteError.
    """
    aside, fitted = Aside(progress, folder, log_dir, say, past_folder), fitting(config, snapshot)
    if fitted != config:
        say(f"events have no order: the ranker learns to name a drawn {SHARE:.0%} of all products")
    config = fitted
    past = past_of(snapshot, config.ranker.held_out, config.ranker.seed)
    before = network_of(past, config.items, aside)
    known = not_knowing(past, before, decay_of(config.ranker))
    chosen = some(len(past.users), config.ranker.most_users, config.ranker.seed)
    examples = examples_of(known, past.users[chosen], of_rows(past.targets, chosen), progress)
    ranker = fit_ranker(examples, config.ranker, progress)
    epochs = None if before is None else before.epoch
    now = _items(snapshot, config.items, aside, "whole", epochs=epochs)
    return Learned(
        LearnedModel(
            ranker,
            None if now is None else now.head,
            words_of(snapshot),
            fit_content(snapshot, config.ranker, progress),
            decay_of(config.ranker),
        ),
        None if now is None else now.vectors,
        () if now is None else now.losses,
        len(examples.wanted) / examples.asked,
        () if before is None else before.measured,
        config,
    )


def fitting(config: LearnConfig, snapshot: Snapshot) -> LearnConfig:
    """The configuration with a share held out where events have no order: nothing is last there."""
    if config.ranker.held_out is not None or sequences_of(columns_of(snapshot)).ordered:
        return config
    return replace(config, ranker=replace(config.ranker, held_out=SHARE))


def past_of(snapshot: Snapshot, held_out: float | None = None, seed: int = 0) -> Split:
    """What is known without everybody's last product, or without a drawn share of all of them."""
    try:
        if held_out is not None:
            return leave_share(snapshot, held_out, seed)
        return leave_last(snapshot, 1)
    except GraphError as error:
        raise GraphError(
            "nothing to learn from: no user wanted three products (bought, liked or rated them 4 or"
            " more); load more events with kgrec build-graph"
        ) from error


def network_of(past: Split, config: ItemConfig | None, aside: Aside) -> ItemVectors | None:
    """The network that does not know what is asked for, trained and kept in `aside.past`."""
    network = _items(past.known, config, aside, "past", validation=past)
    if network is not None and config is not None and aside.past is not None:
        keep_network(aside.past, past.known, config, network, aside.say)
    return network


def decay_of(config: RankerConfig) -> float:
    """What a product of a history counts beside the one after it, when the ranker sees it."""
    return DECAY if config.held_out is None else 1.0


def not_knowing(past: Split, network: ItemVectors | None, decay: float = DECAY) -> Snapshot:
    """What is known, with a network of the past, ready for `examples_of`."""
    head, vectors = (None, None) if network is None else (network.head, network.vectors)
    return with_vectors(past.known, vectors, untrained(head, words_of(past.known), decay))


def fit_content(
    snapshot: Snapshot, config: RankerConfig = RANKER, progress: Progress = silent
) -> Ranker | None:
    """The ranker of the recipe `content`: names products whose events are all hidden from it, a
    drawn tenth, among those nearest in text. None where no product can be hidden.

    Of the others it sees no more than of these, so that all are compared by what they are.
    """
    try:
        split = new_products(snapshot, HIDDEN, config.seed)
        known = not_knowing(split, None)
        users = some(len(split.users), MOST, config.seed)
        examples = examples_of(
            known, split.users[users], of_rows(split.targets, users), progress, CONTENT
        )
        return fit_ranker(examples, config, progress)
    except GraphError:
        return None


def words_of(snapshot: Snapshot) -> Words:
    """How telling the words of the shop's titles are."""
    return telling(snapshot.products.title, snapshot.meta.language)


def _items(
    snapshot: Snapshot,
    config: ItemConfig | None,
    aside: Aside,
    name: str,
    *,
    validation: Split | None = None,
    epochs: int | None = None,
) -> ItemVectors | None:
    if config is None:
        return None
    kept = None if aside.folder is None else checkpoint_of(aside.folder, snapshot, config)
    with event_files(aside.log_dir and aside.log_dir / name) as log:
        return train_items(
            snapshot,
            config,
            aside.progress,
            kept,
            validation=validation,
            epochs=epochs,
            log=log,
            say=aside.say,
        )
