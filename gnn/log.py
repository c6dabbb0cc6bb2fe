"""Measures of every epoch as TensorBoard's event files, where that is installed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kg.errors import OptionError

Log = Callable[[int, Mapping[str, float]], None]
"""Called as log(epoch, measures by name) after every epoch, from 1."""


def unlogged(epoch: int, measures: Mapping[str, float]) -> None:
    """Log nothing."""


@contextmanager
def event_files(folder: Path | None) -> Iterator[Log]:
    """Yield a Log that writes event files into `folder`; nothing without one.

    Raises OptionError where TensorBoard is not installed or the folder cannot be written.
    """
    if folder is None:
        yield unlogged
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise OptionError(
            "event files need TensorBoard: pip install 'kgrec[tensorboard]', or leave --log-dir out"
        ) from error
    try:
        writer = SummaryWriter(folder)
    except OSError as error:
        raise OptionError(f"--log-dir {folder}: {error.strerror}") from error

    def log(epoch: int, measures: Mapping[str, float]) -> None:
        for name, value in measures.items():
            writer.add_scalar(name, value, epoch)

    with writer:
        yield log
