"""From the cells of a product to its category paths, root first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.ids import clean_text, fold
from kg.sources.table import PATH, SEGMENT

Names = tuple[str, ...]

_STEP = re.compile(rf"[>{SEGMENT}]")
_ALTERNATIVE = re.compile(rf"[|{PATH}]")
_ALTERNATIVE_OR_SEGMENT = re.compile(rf"[|{PATH}{SEGMENT}]")


def paths_in(cell: str | None) -> list[Names]:
    """The paths of a cell: `A > B` is one, `A > B | C` two; a list is one, a list of lists more."""
    if not cell:
        return []
    paths = [_names(_STEP.split(part)) for part in _ALTERNATIVE.split(_decoded(cell))]
    return list(dict.fromkeys(path for path in paths if path))


def names_in(cell: str | None) -> list[Names]:
    """The paths of a cell that is a set of names, `A|B`: each name, or path, by itself."""
    if not cell:
        return []
    if PATH in cell:
        return paths_in(cell)
    parts = _ALTERNATIVE_OR_SEGMENT.split(_decoded(cell))
    paths = [_names(part.split(">")) for part in parts]
    return list(dict.fromkeys(path for path in paths if path))


def _decoded(cell: str) -> str:
    return (
        cell
        if "&" not in cell
        else PATH.join(
            SEGMENT.join(clean_text(name) for name in part.split(SEGMENT))
            for part in cell.split(PATH)
        )
    )


def _names(parts: Iterable[str]) -> Names:
    return tuple(name for part in parts if (name := clean_text(part)))


@dataclass
class KnownPaths:
    """Where in the shop's paths each name occurs, as far as one needs to know: once, or more."""

    _places: dict[str, Names | None] = field(default_factory=dict)

    def add(self, path: Names) -> None:
        """Learn a path, with all that lead to it."""
        for depth in range(1, len(path) + 1):
            place, name = path[:depth], fold(path[depth - 1])
            known = self._places.setdefault(name, place)
            if known is not None and tuple(map(fold, known)) != tuple(map(fold, place)):
                self._places[name] = None

    def place(self, name: str) -> Names | None:
        """The path of a name: itself a root when it is in no path, None when it is in several."""
        return self._places.get(fold(name), (name,))


def product_paths(path_cell: str | None, names_cell: str | None, known: KnownPaths) -> list[Names]:
    """All paths of a product: those given, and for each further name the one place it can mean.

    A name in the product's own paths, or in several paths of the shop, says nothing more.
    """
    own = paths_in(path_cell) + [path for path in names_in(names_cell) if len(path) > 1]
    covered = {fold(name) for path in own for name in path}
    extra = [path[0] for path in names_in(names_cell) if len(path) == 1]
    places = (known.place(name) for name in extra if fold(name) not in covered)
    return deepest([*own, *(place for place in places if place is not None)])


def deepest(paths: Iterable[Names]) -> list[Names]:
    """The paths without those that only lead to another of them, each once."""
    by_fold = {tuple(map(fold, path)): path for path in reversed(list(paths))}
    leading = {key[:depth] for key in by_fold for depth in range(1, len(key))}
    return [path for key, path in reversed(by_fold.items()) if key not in leading]
