"""Sparse times dense, against sums worked out by hand and torch's own product."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from gnn.models.product import plus_product


@pytest.fixture(params=[1, 3])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """The product by so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def drawn(rows: int, columns: int, share: float) -> Tensor:
    return (torch.rand(rows, columns) * (torch.rand(rows, columns) < share)).to_sparse_csr()


@pytest.mark.usefixtures("threads")
def test_a_product_worked_out_by_hand() -> None:
    matrix = torch.tensor([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0], [0.0, 0.0, 0.0]]).to_sparse_csr()
    x = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    plus = torch.tensor([[4.0, 0.0], [0.0, 4.0], [8.0, 8.0]])
    found = plus_product(plus, matrix, x, 0.5)
    # (4 + 2 * 2) / 2, (0 + 2 * 20) / 2; (0 + 1 + 9) / 2, (4 + 10 + 90) / 2; (8 + 0) / 2
    assert found.tolist() == [[4.0, 20.0], [5.0, 52.0], [4.0, 4.0]]


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("share", [0.0, 0.02, 1.0])
def test_it_is_the_product_of_torch(share: float) -> None:
    torch.manual_seed(3)
    matrix, x, plus = drawn(301, 97, share), torch.rand(97, 19), torch.rand(301, 19)
    torch.testing.assert_close(plus_product(plus, matrix, x), torch.addmm(plus, matrix, x))


def test_the_number_of_threads_changes_no_bit() -> None:
    torch.manual_seed(4)
    matrix, x, plus = drawn(500, 500, 0.1), torch.rand(500, 8), torch.rand(500, 8)
    before = torch.get_num_threads()
    found = []
    for threads in (1, 2, 5):
        torch.set_num_threads(threads)
        found.append(plus_product(plus, matrix, x))
    torch.set_num_threads(before)
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


def test_vectors_may_lie_in_memory_as_they_like() -> None:
    torch.manual_seed(6)
    matrix, x = drawn(40, 40, 0.2), torch.rand(5, 40).T
    spread = torch.ones(1, 5).expand(40, 5)
    torch.testing.assert_close(plus_product(spread, matrix, x), torch.addmm(spread, matrix, x))
