"""A snapshot's arrays as npy files, its texts as Parquet files, and back, memory-mapped.

A file is named by where its content stands in the Snapshot: `derived.bought_next.weight.npy`.
"""

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, is_dataclass
from hashlib import blake2b, file_digest
from io import BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import Any, get_args, get_type_hints

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kg.private import private_file
from kg.snapshot.types import Meta, Snapshot, Texts

DAMAGED = (
    EOFError,
    SyntaxError,
    TokenError,
    ValueError,
    pl.exceptions.PanicException,
    pl.exceptions.PolarsError,
)
"""What a damaged file is to numpy and polars."""


@dataclass(frozen=True)
class PartFile:
    """A file as it was written: its bytes, and their digest."""

    bytes: int
    digest: str


def write_parts(snapshot: Snapshot, folder: Path) -> dict[str, PartFile]:
    """Write everything but `meta` into `folder`; the files by name. Raises OSError."""
    return {name: _written(folder / name, content) for name, content in _files(snapshot, "")}


def read_parts(folder: Path, names: Collection[str], meta: Meta) -> Snapshot:
    """The snapshot that the files `names` of `folder` are.

    Arrays are mapped into memory, page by page as they are used; who writes to one changes a copy
    of the page. Raises OSError, ValueError.
    """
    snapshot: Snapshot = _read(Snapshot, folder, names, "", {"meta": meta})
    return snapshot


def digest_of(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()


def _files(value: Any, above: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The files' names and the buffers that follow one another in each."""
    for field in fields(value):
        part, path = getattr(value, field.name), above + field.name
        if is_dataclass(part) and not isinstance(part, Meta):
            yield from _files(part, f"{path}.")
        elif isinstance(part, tuple):
            yield f"{path}.parquet", (_parquet(part),)
        elif isinstance(part, np.ndarray):
            yield f"{path}.npy", _npy(part)
        elif isinstance(part, bytes):
            yield f"{path}.bin", (part,)


def _parquet(texts: Texts) -> bytes:
    packed = BytesIO()
    pl.DataFrame({"text": texts}, {"text": pl.String}).write_parquet(packed)
    return packed.getvalue()


def _npy(array: NDArray[Any]) -> tuple[bytes, NDArray[Any]]:
    """Header and content apart: np.save does not say that the disk is full."""
    plain, header = np.ascontiguousarray(array), BytesIO()
    np.lib.format.write_array_header_2_0(header, np.lib.format.header_data_from_array_1_0(plain))
    return header.getvalue(), plain


def _written(path: Path, content: tuple[Any, ...]) -> PartFile:
    with private_file(path).open("wb") as file:
        for buffer in content:
            file.write(buffer)
        file.flush()
        os.fsync(file.fileno())
    return PartFile(path.stat().st_size, digest_of(path))


def _read(
    kind: type[Any], folder: Path, names: Collection[str], above: str, given: dict[str, Any]
) -> Any:
    hints = get_type_hints(kind)
    missing = [field.name for field in fields(kind) if field.name not in given]
    parts = {name: _part(hints[name], folder, names, above + name) for name in missing}
    return kind(**given, **parts)


def _part(hint: Any, folder: Path, names: Collection[str], path: str) -> Any:
    """What the field `path` holds; None where it may be missing and is."""
    for ending, read in _READERS.items():
        if path + ending in names:
            try:
                return read(folder / (path + ending))
            except DAMAGED as error:
                raise ValueError(f"{path}{ending} cannot be read ({error})") from error
    inner = next((each for each in (hint, *get_args(hint)) if is_dataclass(each)), None)
    if isinstance(inner, type) and any(name.startswith(f"{path}.") for name in names):
        return _read(inner, folder, names, f"{path}.", {})
    if type(None) in get_args(hint):
        return None
    raise ValueError(f"{path} is missing")


def _mapped(path: Path) -> NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="c"))


def _texts(path: Path) -> Texts:
    return tuple(pl.read_parquet(path)["text"].to_list())


_READERS: dict[str, Callable[[Path], Any]] = {
    ".npy": _mapped,
    ".parquet": _texts,
    ".bin": Path.read_bytes,
}
