"""Write brands and categories, each under its most frequent spelling, categories below parents."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.ids import brand_id, category_id, fold
from kg.language import name_key
from kg.load.writer import Writer

Row = dict[str, Any]
Path = tuple[str, ...]


class Names:
    """The brands and categories that rows name, counted by spelling. Holds names, never rows."""

    def __init__(self) -> None:
        self._brands: dict[str, str] = {}
        self._paths: dict[Path, str] = {}
        self._brand_spellings: dict[str, Counter[str]] = {}
        self._path_counts: Counter[Path] = Counter()

    def brand(self, name: str | None) -> str | None:
        """The id of a brand as a row spells it, counted; None for no or a blank name."""
        if name is None or not fold(name):
            return None
        if name not in self._brands:
            self._brands[name] = brand_id(name)
        found = self._brands[name]
        self._brand_spellings.setdefault(found, Counter())[name] += 1
        return found

    def category(self, path: Sequence[str]) -> str:
        """The id of the category at the end of a path, counted with all above it."""
        key = tuple(path)
        if key not in self._paths:
            self._paths[key] = category_id(key)
        self._path_counts[key] += 1
        return self._paths[key]

    def brands(self) -> dict[str, str]:
        """Brand id -> name."""
        return {id_: _most_frequent(names) for id_, names in self._brand_spellings.items()}

    def categories(self) -> dict[str, tuple[str, int, str | None]]:
        """Category id -> name, depth (0 for a root), id of the parent."""
        spellings: dict[str, Counter[str]] = {}
        places: dict[str, tuple[int, str | None]] = {}
        for path, count in self._path_counts.items():
            parent = None
            for depth, segment in enumerate(path):
                id_ = category_id(path[: depth + 1])
                spellings.setdefault(id_, Counter())[segment] += count
                places[id_] = (depth, parent)
                parent = id_
        return {id_: (_most_frequent(names), *places[id_]) for id_, names in spellings.items()}


def write_names(writer: Writer, names: Names, *, whole: bool = True) -> None:
    """Write the brands and categories that are new or called otherwise than before.

    A name stays as the first source spelt it; its key follows the graph's language. Where they are
    not the `whole` of a source's, just those that are named are looked at.
    """
    _write_brands(writer, names.brands(), whole)
    _write_categories(writer, names.categories(), whole)


def _write_brands(writer: Writer, brands: Mapping[str, str], whole: bool) -> None:
    known = _known(writer, "brands", None if whole else brands)
    rows = [
        {"id": id_, "name": name, "name_key": name_key(name, writer.language)}
        for id_, name in _named(writer, known, brands)
    ]
    changed = _changed(writer, "Brand", known, brands, rows)
    writer.write_rows("load/brands", changed, source=writer.source)


def _write_categories(
    writer: Writer, categories: Mapping[str, tuple[str, int, str | None]], whole: bool
) -> None:
    known = _known(writer, "categories", None if whole else categories)
    places = {id_: (row["depth"], row["parent"]) for id_, row in known.items()}
    places |= {id_: (depth, parent) for id_, (_, depth, parent) in categories.items()}
    rows = [
        {
            "id": id_,
            "name": name,
            "name_key": name_key(name, writer.language),
            "depth": places[id_][0],
            "parent": places[id_][1],
        }
        for id_, name in _named(writer, known, {i: name for i, (name, *_) in categories.items()})
    ]
    changed = _changed(writer, "Category", known, categories, rows)
    for depth in sorted({row["depth"] for row in changed}):  # a parent before its children
        level = [row for row in changed if row["depth"] == depth]
        writer.write_rows("load/categories", level, source=writer.source)


def _known(writer: Writer, kind: str, only: Iterable[str] | None) -> dict[str, Row]:
    """The brands or categories of the graph by id, all or some."""
    if only is None:
        rows = writer.graph.read(f"load/known_{kind}")
    else:
        rows = writer.graph.read(f"load/named_{kind}", ids=[*only])
    return {row["id"]: row for row in rows}


def _named(
    writer: Writer, known: Mapping[str, Row], named: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """All ids, those of the graph and the new, with the names they are to have."""
    for id_ in {**known, **named}:
        ours = id_ not in known or known[id_]["source"] == writer.source
        yield id_, named[id_] if ours and id_ in named else known[id_]["name"]


def _changed(
    writer: Writer,
    label: str,
    known: Mapping[str, Row],
    named: Mapping[str, object],
    rows: Iterable[Row],
) -> list[Row]:
    """The rows that are not in the graph as they are; those that the source names are counted."""
    changed = []
    for row in rows:
        before = known.get(row["id"])
        if before is None:
            writer.tally.add(label, "created", 1)
        elif all(before[key] == value for key, value in row.items()):
            writer.tally.add(label, "unchanged", int(row["id"] in named))
            continue
        else:
            writer.tally.add(label, "changed", 1)
        changed.append(row)
    return changed


def _most_frequent(names: Mapping[str, int]) -> str:
    """The name with the highest count, of equals the smallest."""
    return min(names, key=lambda name: (-names[name], name))
