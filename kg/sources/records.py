"""Cut csv text into records by arrays, and find those that are malformed, line numbers kept.

Quotes open and close in turn, so the newlines and separators outside of quotes are those after an
even number of quotes. Where a quote stands in a place that breaks this rule, its line is looked at
alone, and the cutting starts again on the next line.
"""

import csv
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.sources.blocks import Reject

LONGEST_RECORD = 1 << 20
_SMALL_WINDOW = 4 << 10
_LINES_BY_LINE = 2000
_NEWLINE, _QUOTE = 10, 34

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """A csv file's separator (one byte) and its number of columns."""

    separator: bytes
    columns: int


@dataclass(frozen=True)
class Piece:
    """Well-formed records [n] as csv text, and the line that each began on [n]."""

    text: bytes
    lines: Ints


def joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces as one, or none where there are none."""
    if not pieces:
        return []
    text = b"".join(piece.text for piece in pieces)
    return [Piece(text, np.concatenate([piece.lines for piece in pieces]))]


class Cutter:
    """Cuts blocks of whole lines, fed in turn; `reject` hears of every line that is left out."""

    def __init__(self, layout: Layout, reject: Reject) -> None:
        self._layout = layout
        self._reject = reject
        self._rest = b""
        self._line = 1

    def feed(self, line: int, block: bytes) -> list[Piece]:
        """The records that end within this block. `line` is the number of its first line."""
        kept: list[Piece] = []
        if self._line + self._rest.count(b"\n") != line:  # an overlong line was left out between
            kept = self.finish()
            self._line = line
        return kept + self._cut(self._rest + block, last=False)

    def finish(self) -> list[Piece]:
        """The records after the last block: those behind a quote that nothing closes."""
        return self._cut(self._rest, last=True)

    def _cut(self, text: bytes, last: bool) -> list[Piece]:
        kept: list[Piece] = []
        at, window = 0, len(text)
        while at < len(text):
            stop = text.find(b"\n", at + window - 1) + 1 or len(text)
            scan = _scan(text[at:stop], self._layout)
            kept += self._kept(scan)
            at += self._pass(scan)
            if scan.broken or (last and at < stop == len(text)):
                at += self._by_line(text, at, kept)
                window = _SMALL_WINDOW
            elif stop == len(text):
                break
            else:
                window *= 2
        self._rest = text[at:]
        return kept

    def _pass(self, scan: "_Scan") -> int:
        """Go past the records of a scan that can be trusted: the number of bytes."""
        size = int(scan.starts[scan.trusted])
        self._line += int(np.searchsorted(scan.newlines, size))
        return size

    def _by_line(self, text: bytes, at: int, kept: list[Piece]) -> int:
        """Judge a line that cannot be cut with others, and, as such lines come in crowds, those
        after it, up to one that may begin a record of several lines: the number of bytes."""
        settled: list[Piece] = []
        begin = at
        for n in range(_LINES_BY_LINE):
            end = text.find(b"\n", at)
            record = text[at:end]
            verdict = _judge(record, self._layout)
            if end < 0 or (n and b'"' in record and isinstance(verdict, tuple)):
                break
            settled += self._settled(verdict, self._line)
            self._line += 1
            at = end + 1
        kept += joined(settled)
        return at - begin

    def _settled(self, verdict: bytes | tuple[str, str], line: int) -> list[Piece]:
        if isinstance(verdict, bytes):
            return [Piece(verdict, np.array([line]))] if verdict else []
        self._reject(line, *verdict)
        return []

    def _kept(self, scan: "_Scan") -> list[Piece]:
        """The trusted records of a scan; odd ones among them are mended or rejected."""
        n = scan.trusted
        lines = self._line + np.searchsorted(scan.newlines, scan.starts[:n])
        kept: list[Piece] = []
        begin = 0
        for odd in np.flatnonzero(_odd(scan, self._layout)):
            kept += _run(scan, begin, int(odd), lines)
            record = scan.text[scan.starts[odd] : scan.starts[odd + 1] - 1]
            kept += self._settled(_judge(record, self._layout), int(lines[odd]))
            begin = int(odd) + 1
        return kept + _run(scan, begin, n, lines)


def _run(scan: "_Scan", begin: int, end: int, lines: Ints) -> list[Piece]:
    if begin == end:
        return []
    return [Piece(scan.text[scan.starts[begin] : scan.starts[end]], lines[begin:end])]


@dataclass(frozen=True)
class _Scan:
    """The records [n] of a text: `starts` [n + 1], the last being where the rest begins.

    The first `trusted` records are where they seem; `broken` says that cutting must stop there.
    """

    text: bytes
    newlines: Ints
    starts: Ints
    fields: Ints
    trusted: int
    broken: bool


def _scan(text: bytes, layout: Layout) -> _Scan:
    signs = np.frombuffer(text, np.uint8)
    newlines = np.flatnonzero(signs == _NEWLINE)
    separators = np.flatnonzero(signs == layout.separator[0])
    quotes = np.flatnonzero(signs == _QUOTE)
    ends = _outside(newlines, quotes)
    starts = np.concatenate(([0], ends + 1))
    fields = 1 + np.diff(np.searchsorted(_outside(separators, quotes), starts))
    doubtful = _doubtful(newlines, starts, fields, layout)
    bad_quote = _first_bad_quote(signs, quotes, layout)
    trusted = min(doubtful, int(np.searchsorted(ends, bad_quote)))
    broken = trusted < len(ends) or len(text) - int(starts[-1]) > LONGEST_RECORD
    return _Scan(text, newlines, starts, fields, trusted, broken or bad_quote < len(text))


def _outside(places: Ints, quotes: Ints) -> Ints:
    """Those places that are not within quotes."""
    return places[np.searchsorted(quotes, places) % 2 == 0] if len(quotes) else places


def _doubtful(newlines: Ints, starts: Ints, fields: Ints, layout: Layout) -> int:
    """The first record of several lines that is too long or has not the right fields, else n."""
    spans = np.diff(np.searchsorted(newlines, starts)) > 1
    wrong = (fields != layout.columns) | (np.diff(starts) > LONGEST_RECORD)
    return int(np.argmax(np.append(spans & wrong, True)))


def _first_bad_quote(signs: NDArray[np.uint8], quotes: Ints, layout: Layout) -> int:
    """The offset of the first quote that opens or closes amid a field; the text's length if none.

    A doubled quote within quotes closes and opens again, which its neighbour allows.
    """
    if not len(quotes):
        return len(signs)
    around = np.concatenate(([_NEWLINE], signs, [_NEWLINE]))
    fine = np.array([_NEWLINE, _QUOTE, layout.separator[0]])
    neighbour = quotes.copy()
    neighbour[1::2] += 2
    bad = quotes[~np.isin(around[neighbour], fine)]
    return int(bad[0]) if len(bad) else len(signs)


def _odd(scan: _Scan, layout: Layout) -> Flags:
    """Which trusted records [n] need a look: fields, blank, NUL bytes, no UTF-8."""
    n = scan.trusted
    odd: Flags = (scan.fields[:n] != layout.columns) | (np.diff(scan.starts[: n + 1]) == 1)
    text = scan.text[: scan.starts[n]]
    if b"\0" in text:
        nul = np.flatnonzero(np.frombuffer(text, np.uint8) == 0)
        odd[np.searchsorted(scan.starts, nul, side="right") - 1] = True
    if not text.isascii():
        _mark_no_utf8(text, scan.starts, odd)
    return odd


def _mark_no_utf8(text: bytes, starts: Ints, odd: Flags) -> None:
    if _is_utf8(text):
        return
    beyond_ascii = np.flatnonzero(np.frombuffer(text, np.uint8) >= 0x80)
    for record in np.unique(np.searchsorted(starts, beyond_ascii, side="right") - 1):
        odd[record] |= not _is_utf8(text[starts[record] : starts[record + 1]])


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _judge(record: bytes, layout: Layout) -> bytes | tuple[str, str]:
    """The record as csv text that anybody reads alike, b"" for a blank one, or (code, reason)."""
    if not record.strip():
        return b""
    if b"\0" in record:
        return "nul_byte", "the row holds NUL bytes"
    try:
        fields = _fields(record.decode(), layout)
    except UnicodeDecodeError as error:
        return "bad_utf8", f"byte {error.object[error.start]:#04x} is no UTF-8"
    except csv.Error as error:
        return "stray_quote", f"a quote is out of place: {error}"
    if len(fields) < layout.columns:
        return "missing_fields", f"{len(fields)} fields, the header has {layout.columns}"
    if any(field.strip() for field in fields[layout.columns :]):
        return "extra_fields", f"{len(fields)} fields, the header has {layout.columns}"
    if b'"' not in record and len(fields) == layout.columns:
        return record + b"\n"
    return _quoted(fields[: layout.columns], layout)


def _fields(record: str, layout: Layout) -> list[str]:
    separator = layout.separator.decode()
    if '"' not in record:
        return record.split(separator)
    return next(csv.reader([record], strict=True, delimiter=separator))


def _quoted(fields: list[str], layout: Layout) -> bytes:
    out = io.StringIO()
    separator = layout.separator.decode()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(
        fields
    )
    return out.getvalue().encode()
