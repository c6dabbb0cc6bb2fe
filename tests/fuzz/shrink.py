"""Make an input that fails smaller while it fails: parts are left out, texts are cut."""

from collections.abc import Callable, Iterator
from typing import Any

MOST_TRIES = 300

Given = dict[str, Any]


def shrunk(given: Given, fails: Callable[[Given], bool]) -> Given:
    """The smallest input that was found within MOST_TRIES and still fails."""
    tries, smaller = 0, True
    while smaller:
        smaller = False
        for other in _smaller(given):
            tries += 1
            if tries > MOST_TRIES:
                return given
            if fails(other):
                given, smaller = other, True
                break
    return given


def _smaller(value: Any) -> Iterator[Any]:
    """Values that are smaller by one part, the largest parts first."""
    if isinstance(value, dict):
        for name in value:
            if name not in ("text", "base64", "options", "files", "words", "request"):
                yield {key: part for key, part in value.items() if key != name}
        for name, part in value.items():
            for other in _smaller(part):
                yield {**value, name: other}
    elif isinstance(value, list | str):
        pieces = _pieces(value) if isinstance(value, str) else value
        for size in (len(pieces) // 2, len(pieces) // 4, 1):
            for start in range(0, len(pieces), size or 1):
                if 0 < size < len(pieces):
                    left = [*pieces[:start], *pieces[start + size :]]
                    yield "".join(left) if isinstance(value, str) else left


def _pieces(text: str) -> list[str]:
    """Lines, or the letters of a single one."""
    lines = text.splitlines(keepends=True)
    return lines if len(lines) > 1 else list(text)
