"""The network that does not know everybody's last product, kept from a training for `kgrec tune`.

Only what it makes of the products is kept, and its head: much less than a checkpoint.
"""

import io
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import numpy as np

from gnn.checkpoints import checkpoint_of
from gnn.config import ItemConfig
from gnn.items import ItemVectors
from kg.private import private_file
from kg.progress import Say, unsaid
from kg.recommend.learned import Head
from kg.recommend.learned.model import DAMAGED
from kg.snapshot.types import Snapshot

HEAD = tuple(field.name for field in fields(Head))


def keep_network(
    folder: Path, known: Snapshot, config: ItemConfig, network: ItemVectors, say: Say = unsaid
) -> None:
    """Keep what was trained on `known` in the place of all that `folder` has; `say` why not."""
    made, path = io.BytesIO(), _path(folder, known, config)
    head = {f"head.{name}": getattr(network.head, name) for name in HEAD}
    np.savez(
        made,
        allow_pickle=False,
        vectors=network.vectors,
        losses=np.array(network.losses),
        measured=np.array(network.measured),
        epoch=np.array(network.epoch),
        **head,
    )
    new = path.with_suffix(".new")
    try:
        private_file(new).write_bytes(made.getbuffer())
        new.replace(path)
        for other in folder.glob("*.npz"):
            if other != path:
                other.unlink()
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        say(f"cannot keep the network for kgrec tune in {folder}: {error.strerror}")


def kept_network(folder: Path, known: Snapshot, config: ItemConfig) -> ItemVectors | None:
    """What was trained with `config` on the very events, products and texts of `known`, if it is
    still there and can be read."""
    path = _path(folder, known, config)
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = dict(file)
        return ItemVectors(
            vectors=arrays["vectors"],
            head=Head(**{name: arrays[f"head.{name}"] for name in HEAD}),
            losses=tuple(arrays["losses"].tolist()),
            measured=tuple(arrays["measured"].tolist()),
            epoch=int(arrays["epoch"]),
        )
    except DAMAGED:
        return None


def _path(folder: Path, known: Snapshot, config: ItemConfig) -> Path:
    return checkpoint_of(folder, known, config).with_suffix(".npz")
