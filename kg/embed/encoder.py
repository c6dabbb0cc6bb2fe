"""The text encoder: texts in, vectors of unit length out, the same whatever batch they came in.

A BERT, as the default is, runs in numpy (`kg.embed.bert`): nothing heavy is imported, and a
single query takes milliseconds. Other architectures, and bulk on a graphics card, run in torch.
"""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.embed import bert
from kg.embed.batches import MAX_TEXTS, Batch, batches_of
from kg.embed.bert import Floats, Forward
from kg.embed.blas import one_blas_thread
from kg.embed.model_files import (
    DEFAULT_ENCODER,
    PACKAGED,
    find_model,
    fingerprint,
    longest_text,
    model_config,
    pools_first_token,
)
from kg.errors import EncoderError

THREADS = 2


class Encoder:
    """A text encoder by name: the packaged default, a folder, or a model hub's id.

    Made in a moment: files are looked for here, weights are read by the first `encode`. Safe to
    share between threads. Naming a `device` runs all in torch on it; None does so only for bulk
    on a graphics card, and for what is no BERT.
    Raises EncoderError where there is no such model or it is no text encoder.
    """

    def __init__(self, name: str = DEFAULT_ENCODER, device: str | None = None) -> None:
        self.folder = find_model(name)
        self.name = name if name in PACKAGED or not Path(name).is_dir() else str(self.folder)
        self._config = model_config(self.folder, name)
        self._first_token = pools_first_token(self.folder, name)
        self._device = device or ("cuda" if Path("/dev/nvidiactl").exists() else "cpu")
        self._plain = device is None and bert.supported(self.folder, self._config)
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._config["hidden_size"])

    @cached_property
    def revision(self) -> str:
        """A hash of the model: a graph embedded with another revision is noticed by it."""
        return fingerprint(self.folder)

    def encode(self, texts: Sequence[str]) -> Floats:
        """texts [n] -> vectors [n, d] of unit length, in the order of the texts."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        tokens = [found.ids for found in self._tokenizer.encode_batch_fast(list(texts))]
        with one_blas_thread():
            for places, found in self._run(batches_of(tokens)):
                vectors[places] = found
        return vectors

    def _run(self, batches: Sequence[Batch]) -> Iterable[tuple[NDArray[np.int64], Floats]]:
        """The places and vectors of each batch; in numpy a thread a batch."""
        few = sum(len(batch.places) for batch in batches) <= MAX_TEXTS
        if not self._plain or (self._device != "cpu" and not few):
            return [self._vectors(self._in_torch, batch) for batch in batches]
        forward = self._in_numpy
        if len(batches) == 1:
            return [self._vectors(forward, batches[0])]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda batch: self._vectors(forward, batch), batches))

    def _vectors(self, forward: Forward, batch: Batch) -> tuple[NDArray[np.int64], Floats]:
        states = forward(batch.ids, batch.mask)
        pooled = states[:, 0] if self._first_token else (states * batch.mask[:, :, None]).sum(1)
        length = np.linalg.norm(pooled, axis=1, keepdims=True)
        return batch.places, pooled / np.maximum(length, np.float32(1e-12))

    @property
    def _in_numpy(self) -> Forward:
        with self._lock:
            return self._numpy_forward

    @property
    def _in_torch(self) -> Forward:
        with self._lock:
            return self._torch_forward

    @cached_property
    def _numpy_forward(self) -> Forward:
        return bert.load_bert(self.folder, self._config)

    @cached_property
    def _torch_forward(self) -> Forward:
        return load_torch(self.folder, self.name, self._device)

    @cached_property
    def _tokenizer(self) -> Any:
        """The tokenizer, cutting texts where the model would, without padding."""
        from tokenizers import Tokenizer

        path = self.folder / "tokenizer.json"
        if not path.is_file():
            raise EncoderError(f"text encoder {self.name!r} has no tokenizer.json: choose another")
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.enable_truncation(longest_text(self.folder, self._config))
        return tokenizer


_named: dict[str, Encoder] = {}
_naming = threading.Lock()


def encoder_named(name: str | None = None) -> Encoder:
    """The encoder `name` (None: the default), the same one whenever it is asked for again."""
    wanted = name or DEFAULT_ENCODER
    with _naming:
        if wanted not in _named:
            _named[wanted] = Encoder(wanted)
        return _named[wanted]


def encoder_of_graph(name: str | None, revision: str | None) -> Encoder:
    """The encoder that a graph was embedded with, by what its KgrecMeta says.

    Raises EncoderError where the model here is another one: its vectors must not be compared.
    """
    encoder = encoder_named(name)
    if revision is not None and revision != encoder.revision:
        raise EncoderError(
            f"the graph was embedded with another {encoder.name} ({revision}) than the one here"
            f" ({encoder.revision}): run kgrec refresh-embeddings"
        )
    return encoder


def load_torch(folder: Path, name: str, device: str) -> Forward:
    """The model in `folder` on a torch device. Raises EncoderError where it cannot be run."""
    import torch
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval().to(device)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise EncoderError(f"text encoder {name!r} cannot be loaded: {reason}") from error

    def forward(ids: NDArray[np.int64], mask: NDArray[np.bool_]) -> Floats:
        with torch.inference_mode():
            given = {"input_ids": ids, "attention_mask": mask.astype(np.int64)}
            states = model(
                **{key: torch.from_numpy(part).to(device) for key, part in given.items()}
            )
            found: Floats = states.last_hidden_state.cpu().numpy()
            return found

    return forward
