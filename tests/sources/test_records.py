"""Cutting csv text: what is a record, which line it began on, and what is malformed."""

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import Rejects
from kg.errors import SourceError
from kg.sources.blocks import BLOCK, LONGEST_LINE
from kg.sources.delimited import open_delimited
from kg.sources.records import LONGEST_RECORD
from tests.sources.rows import rejected, write


def table_of(path: Path, content: str | bytes) -> tuple[list[tuple[Any, ...]], Rejects]:
    """All rows of a csv file with their lines last, and what was rejected."""
    table = open_delimited(write(path / "t.csv", content))
    rejects = Rejects()
    frames = table.read({name: name for name in table.columns}, rejects)
    return [row for frame in frames for row in frame.rows()], rejects


def test_reads_quotes_newlines_and_doubled_quotes_with_their_lines(tmp_path: Path) -> None:
    rows, rejects = table_of(tmp_path, 'a,b\n1,"x, ""y""\nz"\n\n2,\r\n3,"last"')
    assert rows == [("1", 'x, "y"\nz', 2), ("2", None, 5), ("3", "last", 6)]
    assert rejects.total == 0


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_finds_the_separator_from_the_header(tmp_path: Path, separator: str) -> None:
    rows, _ = table_of(tmp_path, separator.join("ab") + "\n" + separator.join("12") + "\n")
    assert rows == [("1", "2", 2)]


def test_skips_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    rows, rejects = table_of(tmp_path, b"\xef\xbb\xbf\n\na,b\n1,x\n  \n\n2,y\n")
    assert (rows, rejects.total) == ([("1", "x", 4), ("2", "y", 7)], 0)


def test_a_last_line_needs_no_end(tmp_path: Path) -> None:
    assert table_of(tmp_path, "a\n1")[0] == [("1", 2)]
    assert table_of(tmp_path, "a,b\n1,2\n3,4")[0] == [("1", "2", 2), ("3", "4", 3)]


def test_rejects_each_malformed_line_and_keeps_the_others(tmp_path: Path) -> None:
    lines = [b"a,b", b"1,x", b"2", b"3,y,z", b"4,\xff", b"5,\0", b'6,"x"y', b"7,ok", b"8,x,,"]
    rows, rejects = table_of(tmp_path, b"\n".join(lines) + b"\n")
    assert rows == [("1", "x", 2), ("7", "ok", 8), ("8", "x", 9)]
    assert rejected(rejects) == [
        (3, "missing_fields", "1 fields, the header has 2"),
        (4, "extra_fields", "3 fields, the header has 2"),
        (5, "bad_utf8", "byte 0xff is no UTF-8"),
        (6, "nul_byte", "the row holds NUL bytes"),
        (7, "stray_quote", "a quote is out of place: ',' expected after '\"'"),
    ]


def test_takes_a_quote_amid_a_field_for_itself(tmp_path: Path) -> None:
    rows, rejects = table_of(tmp_path, 'a,b\n1,24" screen\n2,"so ""it"" is"\n3,7" or 8"\n')
    assert rows == [("1", '24" screen', 2), ("2", 'so "it" is', 3), ("3", '7" or 8"', 4)]
    assert rejects.total == 0


def test_a_quote_that_nothing_closes_costs_its_own_line_only(tmp_path: Path) -> None:
    rows, rejects = table_of(tmp_path, 'a,b\n1,"open\n2,x\n3,"y\nz"\n4,w\n')
    assert rows == [("2", "x", 3), ("3", "y\nz", 4), ("4", "w", 6)]
    assert [(line, code) for line, code, _ in rejected(rejects)] == [(2, "stray_quote")]


def test_an_open_quote_at_the_end_costs_its_own_line_only(tmp_path: Path) -> None:
    body = "".join(f"{i},x\n" for i in range(3, 1000))
    rows, rejects = table_of(tmp_path, f'a,b\n2,"open\n{body}')
    assert (len(rows), rows[0], rows[-1]) == (997, ("3", "x", 3), ("999", "x", 999))
    assert [reject[0] for reject in rejected(rejects)] == [2]


def test_a_record_of_many_lines_is_no_record(tmp_path: Path) -> None:
    swallowed = "x,y\n" * (LONGEST_RECORD // 4 + 10)
    rows, rejects = table_of(tmp_path, f'a,b\n1,"open\n{swallowed}2,"z"\n')
    assert len(rows) == LONGEST_RECORD // 4 + 11
    assert [reject[0] for reject in rejected(rejects)] == [2]


def test_rejects_a_line_too_long_to_be_one(tmp_path: Path) -> None:
    rows, rejects = table_of(tmp_path, "a\n1\n" + "x" * (LONGEST_LINE + BLOCK + 1) + "\n2\n")
    assert rows == [("1", 2), ("2", 4)]
    assert rejected(rejects) == [(3, "too_long", "the line is longer than 16 MiB")]


def test_a_line_too_long_ends_a_record_that_is_open(tmp_path: Path) -> None:
    rows, rejects = table_of(tmp_path, 'a\n"open\n' + "x" * (LONGEST_LINE + BLOCK) + '\ny"\n2\n')
    assert rows == [('y"', 4), ("2", 5)]
    assert sorted(line for line, _, _ in rejected(rejects)) == [2, 3]


def test_records_across_blocks_keep_their_lines(tmp_path: Path) -> None:
    body = "".join(f'{i},"{"w" * 90}\n{"v" * 90}"\n' for i in range(BLOCK // 150))
    rows, rejects = table_of(tmp_path, "a,b\n" + body)
    assert (len(rows), rejects.total) == (BLOCK // 150, 0)
    assert [row[2] for row in rows] == [2 + 2 * i for i in range(BLOCK // 150)]


def test_reads_what_pythons_parser_reads_of_a_well_formed_file(tmp_path: Path) -> None:
    dice = random.Random(7)
    cells = ["", "x", "a,b", 'q"q', '"', "l1\nl2", "ü", "  ", "'", '""', "\n"]
    table = [[dice.choice(cells) for _ in range(3)] for _ in range(5000)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(
        [["a", "b", "c"], *table]
    )
    rows, rejects = table_of(tmp_path, text.getvalue())
    assert [tuple(c or "" for c in row[:3]) for row in rows] == [tuple(row) for row in table]
    assert rejects.total == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; expected a header line and rows"),
        (b"\n\n", "is empty; expected a header line and rows"),
        (b"\xff\xfea\0", "is UTF-16; save it as UTF-8"),
        (b"a,\xe4\n", "begins with a line that is no UTF-8 text"),
        (b"a\0b\n", "is no text: its first line holds NUL bytes"),
    ],
)
def test_names_what_is_wrong_with_a_file_that_is_no_table(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        open_delimited(write(tmp_path / "t.csv", content))


def test_names_a_packed_file_that_was_cut_off(tmp_path: Path) -> None:
    whole = write(tmp_path / "t.csv.gz", "a\n" + "".join(f"{i * 7919}\n" for i in range(9999)))
    whole.write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(SourceError, match=r"cannot be read: .*; is it complete?"):
        open_delimited(whole)
