"""Where a network learns, and what of the hardware it uses."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import OptionError

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Cuda:
    """What torch finds: how many GPUs, and whether they calculate in bfloat16."""

    gpus: int = 0
    bfloat16: bool = False


@dataclass(frozen=True)
class Device:
    """A device by torch's name; `half`: forward passes in bfloat16.

    That is for GPUs alone. A CPU calculates in float32, so that the same seed gives the same
    numbers bit for bit.
    """

    name: str
    half: bool = False

    @property
    def gpu(self) -> bool:
        """Is it one, rather than a CPU?"""
        return self.name != "cpu"

    def tensor(self, array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> "Tensor":
        """An array as a tensor there."""
        import torch

        return torch.from_numpy(array).to(self.name)

    def precision(self) -> AbstractContextManager[object]:
        """What a forward pass runs in."""
        import torch

        return torch.autocast(self.name.partition(":")[0], torch.bfloat16, enabled=self.half)


def device_of(asked: str | None, cuda: Cuda) -> Device:
    """The device that is asked for, or None for the best. Raises OptionError for one that is not
    here."""
    kind, _, number = (asked or ("cuda" if cuda.gpus else "cpu")).partition(":")
    if kind == "cpu" and not number:
        return Device("cpu")
    if kind != "cuda" or not (number.isdigit() or not number):
        raise OptionError(
            f"no device {asked!r}; there are cpu, cuda, and cuda:N for one of several"
        )
    if int(number or 0) >= cuda.gpus:
        raise OptionError(f"device {asked}: torch finds {cuda.gpus} GPUs here; cpu is always there")
    return Device(asked or "cuda", cuda.bfloat16)


def cuda_here() -> Cuda:
    """What torch finds on this machine."""
    import torch

    if not torch.cuda.is_available():
        return Cuda()
    return Cuda(torch.cuda.device_count(), torch.cuda.is_bf16_supported())
