"""A BERT's forward pass in numpy: ready in a tenth of a second, where torch takes three.

Devlin et al., 2019. Only what encoding texts needs: no dropout, one segment, exact GELU.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Forward = Callable[[NDArray[np.int64], NDArray[np.bool_]], Floats]
"""forward(ids [n, t], mask [n, t]) -> a state for each token [n, t, d]."""

_DTYPES: dict[str, type[np.floating[Any]]] = {"F32": np.float32, "F16": np.float16}
_GELU_ROWS = 32
# Abramowitz and Stegun 7.1.26: erf within 1.5e-7, for an argument divided by the root of two.
_ERF_P = np.float32(0.3275911 * 0.5**0.5)
_ERF = [np.float32(a) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)]


@dataclass(frozen=True)
class Linear:
    """y = x @ weight + bias; weight [in, out], bias [out]."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """x [m, in] -> [m, out]."""
        y = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True)
class Norm:
    """Layer normalisation with its scale and shift, each [d]."""

    weight: Floats
    bias: Floats
    eps: np.float32

    def __call__(self, x: Floats) -> Floats:
        """x [m, d] is overwritten and returned."""
        x -= x.mean(axis=1, keepdims=True)
        variance = np.einsum("md,md->m", x, x) / np.float32(x.shape[1])
        x /= np.sqrt(variance + self.eps)[:, None]
        x *= self.weight
        x += self.bias
        return x


@dataclass(frozen=True)
class Layer:
    """One transformer layer: attention over the text's tokens, then two dense layers."""

    heads: int
    qkv: Linear
    out: Linear
    norm: Norm
    up: Linear
    down: Linear
    last_norm: Norm

    def __call__(self, x: Floats, bias: Floats | None, n: int) -> Floats:
        """x [n * t, d] and bias [n, 1, 1, t] or None -> [n * t, d]."""
        y = self.out(self._attend(x, bias, n))
        y += x
        x = self.norm(y)
        y = self.down(gelu(self.up(x)))
        y += x
        return self.last_norm(y)

    def _attend(self, x: Floats, bias: Floats | None, n: int) -> Floats:
        tokens, d = x.shape
        each = d // self.heads
        q, k, v = self.qkv(x).reshape(n, -1, 3, self.heads, each).transpose(2, 0, 3, 1, 4)
        weights = q @ k.transpose(0, 1, 3, 2)
        weights *= np.float32(each**-0.5)
        if bias is not None:
            weights += bias
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=-1, keepdims=True)
        joined: Floats = (weights @ v).transpose(0, 2, 1, 3).reshape(tokens, d)
        return joined


def gelu(x: Floats) -> Floats:
    """x times the normal distribution function of x, within 5e-7. x [m, d] -> [m, d]."""
    out = np.empty_like(x)
    for start in range(0, len(x), _GELU_ROWS):  # a few rows at a time stay in the cache
        _gelu(x[start : start + _GELU_ROWS], out[start : start + _GELU_ROWS])
    return out


def _gelu(x: Floats, out: Floats) -> None:
    """gelu(x) = max(x, 0) - |x| / 2 * (1 - erf(|x| / sqrt 2))."""
    t = np.abs(x)
    t *= _ERF_P
    t += np.float32(1)
    np.reciprocal(t, out=t)
    tail = t * _ERF[0]
    for a in _ERF[1:]:
        tail += a
        tail *= t
    np.multiply(x, x, out=t)
    t *= np.float32(-0.5)
    tail *= np.exp(t, out=t)
    tail *= np.abs(x, out=t)
    tail *= np.float32(0.5)
    np.maximum(x, 0, out=out)
    out -= tail


def supported(folder: Path, config: dict[str, Any]) -> bool:
    """Can this module run the model: a plain BERT with 32 or 16 bit weights in one file."""
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        return False
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("is_decoder"):
        return False
    path = folder / "model.safetensors"
    return path.is_file() and {
        part["dtype"] for name, part in _header(path)[0].items() if name.endswith("weight")
    } <= set(_DTYPES)


def load_bert(folder: Path, config: dict[str, Any]) -> Forward:
    """The forward pass of the model in `folder`. Weights are mapped, not read: pages on demand."""
    tensors = _tensors(folder / "model.safetensors")
    eps = np.float32(config.get("layer_norm_eps", 1e-12))
    layers = [
        _layer(tensors, f"encoder.layer.{i}.", int(config["num_attention_heads"]), eps)
        for i in range(int(config["num_hidden_layers"]))
    ]
    words = tensors["embeddings.word_embeddings.weight"]
    places = tensors["embeddings.position_embeddings.weight"]
    places = places + tensors["embeddings.token_type_embeddings.weight"][0]
    norm = _norm(tensors, "embeddings.LayerNorm", eps)

    def forward(ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> Floats:
        n, t = ids.shape
        x = norm((words[ids] + places[:t]).reshape(n * t, -1))
        bias = None if mask.all() else np.where(mask, 0, -1e9).astype(np.float32)[:, None, None, :]
        for layer in layers:
            x = layer(x, bias, n)
        return x.reshape(n, t, -1)

    return forward


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """The names, types, shapes and places of a safetensors file, and where its data begins."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    return header, 8 + size


def _tensors(path: Path) -> dict[str, Floats]:
    header, start = _header(path)
    data = np.memmap(path, dtype=np.uint8, mode="r")
    found = {}
    for name, part in header.items():
        if dtype := _DTYPES.get(part["dtype"]):
            begin, end = part["data_offsets"]
            array = np.asarray(data[start + begin : start + end]).view(dtype)
            found[name.removeprefix("bert.")] = array.astype(np.float32, copy=False).reshape(
                part["shape"]
            )
    return found


def _layer(tensors: dict[str, Floats], prefix: str, heads: int, eps: np.float32) -> Layer:
    attention = f"{prefix}attention."
    return Layer(
        heads,
        _linear(tensors, *(f"{attention}self.{part}" for part in ("query", "key", "value"))),
        _linear(tensors, f"{attention}output.dense"),
        _norm(tensors, f"{attention}output.LayerNorm", eps),
        _linear(tensors, f"{prefix}intermediate.dense"),
        _linear(tensors, f"{prefix}output.dense"),
        _norm(tensors, f"{prefix}output.LayerNorm", eps),
    )


def _linear(tensors: dict[str, Floats], *names: str) -> Linear:
    """One dense layer of several side by side, its weight turned once for fast products."""
    weight = np.concatenate([tensors[f"{name}.weight"] for name in names])
    bias = np.concatenate([tensors[f"{name}.bias"] for name in names])
    return Linear(np.ascontiguousarray(weight.T), bias)


def _norm(tensors: dict[str, Floats], name: str, eps: np.float32) -> Norm:
    return Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"], eps)
