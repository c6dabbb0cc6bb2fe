"""Which files of a folder are tables of a shop, and what each holds."""

import re
from pathlib import Path

from kg.catalog import SCHEMAS, Kind
from kg.errors import SourceError
from kg.sources.columns import plan
from kg.sources.table import Table, is_table, open_table, stem_of

_STEMS: dict[Kind, str] = {
    "products": "products product items item catalog catalogue articles",
    "categories": "categories category category_tree",
    "users": "users customers",
    "events": (
        "events event interactions ratings reviews purchases orders order_lines transactions sales"
    ),
}
_PART = r"([-_. ]?(part)?[-_. ]?\d+)*"


def find_tables(path: Path) -> dict[Kind, list[Table]]:
    """The tables of a folder, or the one file, by kind. Raises SourceError where there is none."""
    found: dict[Kind, list[Table]] = {kind: [] for kind in SCHEMAS}
    for file in _tables(path):
        if kind := kind_of_name(file):
            found[kind].append(open_table(file))
    if found["products"] or found["events"]:
        return found
    lone = lone_table(path)
    if lone.is_dir():
        names = ", ".join(sorted(file.name for file in path.iterdir())[:10]) or "nothing"
        raise SourceError(
            f"{path} holds {names}; expected products and events (or interactions),"
            " as csv, csv.gz, parquet, jsonl or jsonl.gz"
        )
    table = open_table(lone)
    found[_kind_of_columns(table)].append(table)
    return found


def lone_table(path: Path) -> Path:
    """The one table of a folder that has but one beside users and categories; else the path."""
    tables = [file for file in _tables(path) if kind_of_name(file) not in ("users", "categories")]
    return tables[0] if path.is_dir() and len(tables) == 1 else path


def _tables(path: Path) -> list[Path]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in files if file.is_file() and is_table(file)]


def kind_of_name(path: Path) -> Kind | None:
    """What a file's name says it holds: `events-0001.csv.gz` holds events."""
    stem = stem_of(path).casefold()
    for kind, stems in _STEMS.items():
        if any(re.fullmatch(re.escape(word) + _PART, stem) for word in stems.split()):
            return kind
    return None


def _kind_of_columns(table: Table) -> Kind:
    """What a file of another name holds: events have a user and a product."""
    events = plan("events", table, {}).columns
    return "events" if {"user_id", "product_id"} <= events.keys() else "products"


def unused_files(path: Path, used: set[Path]) -> list[str]:
    """The names of the folder's other files, but for hidden ones."""
    others = sorted(set(path.iterdir()) - used) if path.is_dir() else []
    return [file.name for file in others if file.is_file() and file.name[0] not in "._"]
