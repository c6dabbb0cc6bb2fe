"""Where a training in progress is kept, so that an interrupted one goes on."""

from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

from gnn.config import ItemConfig
from kg.snapshot.types import Snapshot


def checkpoint_of(folder: Path, snapshot: Snapshot, config: ItemConfig) -> Path:
    """The file for training with `config` on these very events, products and texts."""
    events = snapshot.events
    digest = blake2b(repr(sorted(asdict(config).items())).encode(), digest_size=8)
    for column in (events.user, events.product, events.at, events.type):
        digest.update(column.tobytes())
    digest.update("\0".join(snapshot.products.ids).encode())
    digest.update((snapshot.meta.encoder_revision or "").encode())
    return folder / f"items-{digest.hexdigest()}.pt"
