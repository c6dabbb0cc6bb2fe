"""Which device is chosen, and what of it is used."""

import pytest
import torch

from gnn.devices import Cuda, Device, cuda_here, device_of
from gnn.models.conv import SymmetricConv
from kg.errors import OptionError

TWO = Cuda(gpus=2, bfloat16=True)


@pytest.mark.parametrize(
    ("asked", "cuda", "chosen"),
    [
        (None, Cuda(), Device("cpu")),
        (None, TWO, Device("cuda", half=True)),
        (None, Cuda(gpus=1), Device("cuda")),  # an old GPU
        ("cpu", TWO, Device("cpu")),
        ("cuda:1", TWO, Device("cuda:1", half=True)),
    ],
)
def test_half_precision_is_for_gpus_that_can(asked: str | None, cuda: Cuda, chosen: Device) -> None:
    assert device_of(asked, cuda) == chosen


@pytest.mark.parametrize(
    ("asked", "cuda", "said"),
    [
        ("cuda", Cuda(), "device cuda: torch finds 0 GPUs here; cpu is always there"),
        ("cuda:2", TWO, "device cuda:2: torch finds 2 GPUs here; cpu is always there"),
        ("tpu", TWO, "no device 'tpu'; there are cpu, cuda, and cuda:N for one of several"),
        ("cpu:1", TWO, "no device 'cpu:1'; there are cpu, cuda, and cuda:N for one of several"),
        ("cuda:x", TWO, "no device 'cuda:x'; there are cpu, cuda, and cuda:N for one of several"),
    ],
)
def test_a_device_that_is_not_here_is_refused(asked: str, cuda: Cuda, said: str) -> None:
    with pytest.raises(OptionError) as error:
        device_of(asked, cuda)
    assert str(error.value) == said


def test_what_is_here_is_what_torch_says() -> None:
    assert cuda_here().gpus == torch.cuda.device_count()


def test_passes_in_half_precision_leave_the_sparse_product_exact() -> None:
    """The same switch as on a GPU, thrown on the CPU."""
    x = torch.tensor([[1.0], [1.0 + 2**-12]])
    swap = torch.tensor([[0.0, 1.0], [1.0, 0.0]]).to_sparse_csr()
    with Device("cpu", half=True).precision():
        rounded = x @ torch.ones(1, 1)
        spread = SymmetricConv()(x, swap)
    assert rounded.flatten().tolist() == [1.0, 1.0]
    assert spread.flatten().tolist() == [1.0 + 2**-12, 1.0]
    with Device("cpu").precision():
        assert (x @ torch.ones(1, 1)).flatten().tolist() == x.flatten().tolist()
