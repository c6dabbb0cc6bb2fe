"""Find the one brand or category that a person means by an id, a path or a name."""

from collections.abc import Sequence

from kg.errors import NotFound, OptionError
from kg.graph import Graph, Row
from kg.ids import category_id
from kg.language import name_key
from kg.recommend.closest import closest

NOUNS = {"Brand": "brand", "Category": "category"}


def lookup(graph: Graph, label: str, text: str, language: str) -> str:
    """The id of the brand or category that `text` means: its id, its path (A > B) or its name.

    Raises NotFound where there is none, OptionError listing the paths where there are several.
    """
    steps = text.split(">") if label == "Category" else [text]
    parts = [step.strip() for step in steps if step.strip()]
    if not parts:
        raise OptionError(f"a {NOUNS[label]} needs a name, got {text!r}")
    by_id, by_name = graph.read_all(
        [
            ("resolve/entities", _ids(label, [text])),
            ("resolve/names", {"keys": [name_key(parts[-1], language)]}),
        ]
    )
    if by_id:
        return text
    found = [row for row in by_name if row["label"] == label]
    nearest = _nearest(found, category_id(parts))
    if not nearest:
        raise _unknown(graph, label, text, closest(graph, label, parts[-1], language))
    return _only(graph, label, text, nearest)


def _ids(label: str, ids: Sequence[str]) -> dict[str, list[str]]:
    wanted = list(ids)
    return {
        "brand_ids": wanted if label == "Brand" else [],
        "category_ids": wanted if label == "Category" else [],
    }


def _nearest(found: Sequence[Row], path: str) -> list[Row]:
    """Of several the one with the very path, else those whose path ends so, else all."""
    whole = [row for row in found if row["id"] == path and "/" in path]
    ending = [row for row in found if row["id"] == path or row["id"].endswith(f"/{path}")]
    return whole or ending or ([] if "/" in path else list(found))


def _unknown(graph: Graph, label: str, text: str, close: Sequence[Row]) -> NotFound:
    """The error to raise for a name that nothing has."""
    told = f"no {NOUNS[label]} {text!r} in the graph"
    if not close:
        return NotFound(told)
    names = "; ".join(paths_of(graph, label, [row["id"] for row in close]))
    return NotFound(f"{told}; the closest: {names}")


def _only(graph: Graph, label: str, text: str, found: Sequence[Row]) -> str:
    if len(found) > 1:
        paths = "; ".join(paths_of(graph, label, [row["id"] for row in found]))
        raise OptionError(f"{text!r} is the name of several: say which by its path: {paths}")
    return str(found[0]["id"])


def paths_of(graph: Graph, label: str, ids: Sequence[str]) -> list[str]:
    """How people read ids: Beauty > Lips > Lipsticks. A brand is its name."""
    wanted = (
        {above: None for each in ids for above in lineage(each)} if label == "Category" else ids
    )
    rows = graph.read("resolve/entities", **_ids(label, list(wanted)))
    names = {row["id"]: row["name"] for row in rows}
    if label == "Brand":
        return [names[each] for each in ids]
    return [" > ".join(names.get(above, above) for above in lineage(each)) for each in ids]


def lineage(category: str) -> list[str]:
    """The ids of a category's ancestors, root first, and its own."""
    parts = category.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
