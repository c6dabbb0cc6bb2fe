"""The bytes of a file, decompressed and cut at line ends, without ever holding all of it."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import SourceError

BLOCK = 4 << 20
LONGEST_LINE = 16 << 20

Reject = Callable[[int, str, str], None]
"""Called as reject(line, code, reason)."""

_GZIP_MAGIC = b"\x1f\x8b"


def line_blocks(path: Path, reject: Reject) -> Iterator[tuple[int, bytes]]:
    r"""Yield (number of the first line, whole lines) of about 4 MiB; each line ends in \n.

    Line ends of Windows become \n, a missing one at the end is added, a byte order mark is cut;
    any other carriage return becomes a space, so that a line is a line to every parser.
    A line longer than 16 MiB is rejected. Raises SourceError for a file that cannot be read.
    """
    line, rest, skipping = 1, b"", False
    for block in _blocks(path):
        cut = block.rfind(b"\n") + 1
        if skipping and cut:
            skip = block.index(b"\n") + 1
            block, cut, line, skipping = block[skip:], cut - skip, line + 1, False
        if cut:
            whole = _plain_ends(rest + block[:cut])
            yield line, whole
            line, rest = line + whole.count(b"\n"), block[cut:]
        elif not skipping:
            rest += block
        if len(rest) > LONGEST_LINE:
            reject(line, "too_long", f"the line is longer than {LONGEST_LINE >> 20} MiB")
            rest, skipping = b"", True
    if rest:
        yield line, _plain_ends(rest + b"\n")


def _plain_ends(lines: bytes) -> bytes:
    return lines.replace(b"\r\n", b"\n").replace(b"\r", b" ") if b"\r" in lines else lines


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with _open(path) as file:
            first = file.read(BLOCK).removeprefix(b"\xef\xbb\xbf")
            _refuse_utf16(path, first)
            yield first
            while block := file.read(BLOCK):
                yield block
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path} cannot be read: {error}; is it complete?") from error


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _refuse_utf16(path: Path, first: bytes) -> None:
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(f"{path} is UTF-16; save it as UTF-8")
