"""The forward pass in numpy, piece by piece, against what the mathematics says."""

import math
from typing import Any

import numpy as np
import pytest

from kg.embed.bert import Linear, Norm, gelu, supported
from kg.embed.blas import one_blas_thread
from kg.embed.encoder import Encoder


def test_gelu_is_x_times_the_normal_distribution() -> None:
    x = np.linspace(-9, 9, 4001, dtype=np.float32).reshape(-1, 1)
    exact = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x[:, 0].tolist()]
    np.testing.assert_allclose(gelu(x)[:, 0], exact, atol=5e-7)


def test_a_norm_has_mean_zero_and_variance_one_before_scale_and_shift() -> None:
    norm = Norm(np.array([1, 2], np.float32), np.array([0, 10], np.float32), np.float32(0))
    # Of (1, 3) the mean is 2 and the deviation 1: (-1, 1), scaled (-1, 2), shifted (-1, 12).
    assert norm(np.array([[1, 3]], np.float32)).tolist() == [[-1.0, 12.0]]


def test_a_dense_layer_is_a_product_and_a_shift() -> None:
    dense = Linear(np.array([[1, 0], [2, 1]], np.float32), np.array([0, 5], np.float32))
    assert dense(np.array([[3, 4]], np.float32)).tolist() == [[11.0, 9.0]]


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "roberta"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
    ],
)
def test_what_is_no_plain_bert_is_left_to_torch(encoder: Encoder, config: dict[str, Any]) -> None:
    plain = {"model_type": "bert", "hidden_act": "gelu"}
    assert supported(encoder.folder, plain)
    assert not supported(encoder.folder, {**plain, **config})


def test_products_get_their_threads_back_when_the_last_encoding_is_done() -> None:
    from threadpoolctl import threadpool_info

    def threads() -> list[int]:
        return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]

    before = threads()
    with one_blas_thread():
        with one_blas_thread():
            assert set(threads()) <= {1}
        assert set(threads()) <= {1}
    assert threads() == before
