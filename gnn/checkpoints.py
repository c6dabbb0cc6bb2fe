"""Where a training in progress is kept, so that an interrupted one goes on."""

import io
import os
from dataclasses import asdict, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from gnn.config import ItemConfig
from kg.private import private_file
from kg.snapshot.types import Snapshot

States = dict[str, Any]


def checkpoint_of(folder: Path, snapshot: Snapshot, config: ItemConfig) -> Path:
    """The file for training with `config` on these very events, products and texts, wherever."""
    events, products = snapshot.events, snapshot.products
    told = asdict(replace(config, device=None))
    digest = blake2b(repr(sorted(told.items())).encode(), digest_size=8)
    for column in (events.user, events.product, events.at, events.type, events.value):
        digest.update(column.tobytes())
    digest.update("\0".join(products.ids).encode())
    digest.update(products.brand.tobytes())
    digest.update(snapshot.product_categories.to.tobytes())
    digest.update(b"" if snapshot.text is None else snapshot.text.product.tobytes())
    return folder / f"items-{digest.hexdigest()}.pt"


def keep(path: Path, state: States) -> str | None:
    """Put `state` in the place of what `path` has; why that cannot be done, if so.

    What was there stays until the new file is whole.
    """
    import torch

    made, new = io.BytesIO(), path.with_name(f"{path.name}.new")
    torch.save(state, made)  # to memory: torch turns a full disk into an error without its name
    try:
        with private_file(new).open("wb") as file:
            file.write(made.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        return f"cannot keep a checkpoint in {path.parent}: {error.strerror}"
    return None


def kept(path: Path) -> States | None:
    """What `keep` put there, on the CPU; None where there is nothing, or what cannot be read.

    Orders and states of random generators belong there wherever the training goes on, and weights
    are copied to where they are needed.
    """
    import torch

    if not path.exists():
        return None
    try:
        state: States = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001 - what torch raises for a damaged file is not documented
        return None
    return state
