"""Encoding against the plain loop: the same model in transformers, batch 32, texts as they come."""

import csv
import gzip
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kg.embed.encoder import Encoder
from kg.embed.texts import product_text
from tests.bench.figures import DATA, Figure

TEXTS, ROUNDS, BATCH, QUERIES = 384, 3, 32, 100
Encode = Callable[[Sequence[str]], Any]


def run() -> list[Figure]:
    """Texts a second of both, taken in turns, the largest difference, and a query's time."""
    texts = _texts()
    encoder = Encoder()
    encoder.encode(texts[:64])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    waits = [_seconds(encoder.encode, [text]) * 1000 for text in texts[:QUERIES]]
    plain = _plain_loop(encoder)
    plain(texts[:64])
    seconds = [(_seconds(plain, texts), _seconds(encoder.encode, texts)) for _ in range(ROUNDS)]
    slow, fast = (min(column) for column in zip(*seconds, strict=True))
    drift = float(np.abs(plain(texts) - encoder.encode(texts)).max())
    return [
        Figure("plain loop", len(texts) / slow, "texts/s"),
        Figure("encoder", len(texts) / fast, "texts/s"),
        Figure("encoder / plain loop", slow / fast, "times", 1.8),
        Figure("largest difference of a number in a vector", drift, "", 1e-5, "<="),
        Figure("one query, p50", statistics.median(waits), "ms"),
        Figure("one query, p95", statistics.quantiles(waits, n=20)[-1], "ms"),
        Figure("peak memory with the encoder, before torch", memory, "MB"),
    ]


def _texts() -> list[str]:
    """A sample of Beauty's products, or made-up titles of like lengths where it is not here."""
    path = DATA / "amazon-beauty" / "products.csv.gz"
    chance = random.Random(7)
    if not path.exists():
        words = ["soft", "matte", "red", "oil", "hair", "shine", "brush", "cream", "daily"]
        return [" ".join(chance.choices(words, k=chance.randint(3, 40))) for _ in range(TEXTS)]
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["title"]]
    return [
        product_text(row["title"], categories=[row["category_path"].rpartition(" > ")[2]])
        for row in chance.sample(rows, TEXTS)
    ]


def _seconds(encode: Encode, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    encode(texts)
    return time.perf_counter() - start


def _plain_loop(encoder: Encoder) -> Encode:
    """What one writes first: tokenize, pad to the batch's longest, run, take the mean."""
    import torch
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    tokenizer = AutoTokenizer.from_pretrained(encoder.folder)
    model = AutoModel.from_pretrained(encoder.folder).eval()

    def encode(texts: Sequence[str]) -> Any:
        found = []
        for at in range(0, len(texts), BATCH):
            given = tokenizer(
                list(texts[at : at + BATCH]),
                padding=True,
                truncation=True,
                max_length=256,
                return_tensors="pt",
            )
            with torch.no_grad():
                states = model(**given).last_hidden_state
            mask = given["attention_mask"].unsqueeze(-1)
            mean = (states * mask).sum(1) / mask.sum(1)
            found.append(torch.nn.functional.normalize(mean, dim=1).numpy())
        return np.concatenate(found)

    return encode
