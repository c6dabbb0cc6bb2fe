"""An input as data, so that it can be written down, tried again and made smaller."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kg.errors import KgrecError

CORPUS = Path(__file__).parent / "corpus"
LIMIT_S, HANG_S = 5.0, 60.0
"""Seconds of this process's own work, and of waiting: beyond them an input counts as a hang. A
machine that is busy with other things makes one wait and not work."""


@dataclass(frozen=True)
class Case:
    """An input of a kind: plain dicts, lists, texts and numbers."""

    kind: str
    given: dict[str, Any]

    def write(self, folder: Path, wrong: list[str]) -> Path:
        """Write the input and what was wrong with the answer; the file's name is of its content."""
        folder.mkdir(parents=True, exist_ok=True)
        told = {"kind": self.kind, "wrong": wrong, "given": self.given}
        text = json.dumps(told, indent=1, ensure_ascii=True)
        name = blake2b(json.dumps(self.given).encode(), digest_size=4).hexdigest()
        path = folder / f"{self.kind}-{name}.json"
        path.write_text(text + "\n")
        return path


def read(path: Path) -> Case:
    """An input that was written."""
    told = json.loads(path.read_text())
    return Case(told["kind"], told["given"])


def packed(content: bytes) -> dict[str, str]:
    """Bytes as JSON: text where they are some."""
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def unpacked(given: dict[str, str]) -> bytes:
    """The bytes again."""
    return given["text"].encode() if "text" in given else base64.b64decode(given["base64"])


@contextmanager
def judged(wrong: list[str]) -> Iterator[None]:
    """Note what nobody foresaw, errors that are more than a line, and what takes too long."""
    began, started = time.process_time(), time.monotonic()
    try:
        yield
    except KgrecError as error:
        if "\n" in (told := str(error)) or not told:
            wrong.append(f"no single line: {type(error).__name__}: {told!r}")
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of polars is no Exception
        wrong.append(f"{type(error).__name__}: {str(error)[:300]} at {_place(error)}")
    worked, waited = time.process_time() - began, time.monotonic() - started
    if worked > LIMIT_S or waited > HANG_S:
        wrong.append(f"took {worked:.1f} s of work in {waited:.1f} s")


def _place(error: BaseException) -> str:
    """The last line of our own code that the error came through."""
    ours, at = "?", error.__traceback__
    while at is not None:
        path = Path(at.tb_frame.f_code.co_filename)
        if {"kg", "gnn", "cli", "fuzz"}.intersection(path.parts[-4:-1]):
            ours = f"{'/'.join(path.parts[-3:])}:{at.tb_lineno}"
        at = at.tb_next
    return ours
