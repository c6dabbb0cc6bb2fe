"""Where benchmarks keep the networks that they train, so that a run again takes minutes less."""

from hashlib import blake2b
from pathlib import Path

import gnn
from kg.connection import home


def kept(name: str) -> Path:
    """A folder for the checkpoints of a benchmark, below KGREC_HOME; the name of the folder is that
    of the code that trains, so that what other code trained is never found.

    gnn.checkpoints finds them there by events, products, texts and configuration, but not by what
    validated: trainings of the same events that end by different measures take different names.
    """
    code = blake2b(digest_size=8)
    root = Path(gnn.__file__).parent
    for path in sorted([*root.glob("*.py"), *(root / "models").glob("*.py")]):
        code.update(path.read_bytes())
    folder = home() / "bench" / f"{name}-{code.hexdigest()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
