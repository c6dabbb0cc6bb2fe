"""Find and read the `.cypher` files: one query a file, its parameters declared in its header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import MissingParams

FOLDER = Path(__file__).resolve().parent.parent / "cypher"

_PARAM = re.compile(r"^//\s+(?:params:)?\s*\$(\w+)\s+(.*)$")
_RETURNED = re.compile(r"^//\s+returns:\s+(.*)$")


@dataclass(frozen=True)
class Query:
    """A named query: `name` is its path below `cypher/` without the ending."""

    name: str
    text: str
    params: tuple[str, ...]
    columns: tuple[str, ...]

    def check(self, given: Mapping[str, object]) -> None:
        """Raise `MissingParams` unless every declared parameter is given."""
        if missing := [name for name in self.params if name not in given]:
            raise MissingParams(f"{self.name} needs {', '.join(missing)}")


@cache
def query(name: str) -> Query:
    """The query in `cypher/NAME.cypher`. Raises FileNotFoundError for an unknown name."""
    text = (FOLDER / f"{name}.cypher").read_text(encoding="utf-8")
    header = [line for line in text.splitlines() if line.startswith("//")]
    params = tuple(m[1] for line in header if (m := _PARAM.match(line)))
    returned = next((m[1] for line in header if (m := _RETURNED.match(line))), "")
    columns = tuple(part.split()[0] for part in returned.split(",") if part.strip())
    return Query(name, text, params, columns)


def names(folder: str = "") -> list[str]:
    """The names of all queries below `cypher/FOLDER`, sorted."""
    found = (FOLDER / folder).rglob("*.cypher")
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in found)
