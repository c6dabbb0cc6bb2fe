"""Go on with a list: the same list, page by page, whatever happens to the graph meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.recommend.asked import Asked
from kg.recommend.diversify import Listed
from kg.recommend.rules import movers
from kg.recommend.scene import Scene
from kg.recommend.served import Served
from kg.recommend.types import Result
from kg.recommend.walk import Walked
from kg.recommend.without import in_force
from kg.rules.types import Rule


@dataclass(frozen=True)
class Whole:
    """A list with all of its candidates: `ids` [n] in the list's order, `ranked` [n] by score.

    `asked` is the request with the history as it was, `put` are the products that a rule has put
    where they are, `revision` is the graph's.
    """

    asked: Asked
    ids: tuple[str, ...]
    ranked: tuple[str, ...]
    put: Mapping[str, Rule]
    revision: int

    def page(self, start: int) -> tuple[str, ...]:
        """The products of the page that begins at a place."""
        return self.ids[start : start + self.asked.request.k]

    def movers(self) -> dict[int, str]:
        """What gave the products at these places another rank than their scores."""
        place = {id_: at for at, id_ in enumerate(self.ids)}
        put = {place[id_]: rule for id_, rule in self.put.items()}
        return movers(Listed(range(len(self.ids)), [place[id_] for id_ in self.ranked], put))


def whole(served: Served, walked: Walked, listed: Listed) -> Whole:
    """The list that the picked ones are the first page of: the others follow by score."""
    first, ids = set(listed.picked), walked.ids
    order = [*listed.picked, *(at for at in listed.ranked if at not in first)]
    return Whole(
        walked.start.asked,
        tuple(ids[at] for at in order),
        tuple(ids[at] for at in listed.ranked),
        {ids[at]: rule for at, rule in listed.put.items()},
        served.meta.revision,
    )


def as_asked(served: Served, found: Whole) -> Asked:
    """The request with the history as it was, and the rules that hold now: what is hidden
    meanwhile is on no page."""
    asked = found.asked
    return replace(asked, rules=in_force(asked.request, served.rulebook.now()))


def with_all(served: Served, walked: Walked, ids: Sequence[str]) -> Walked:
    """With those of `ids` that are no candidates any more, where the graph still has them and the
    filters let them pass: they are told as filling the list."""
    gone = sorted(set(ids) - set(walked.ids))
    if not gone:
        return walked
    asked = {"ids": gone, "filter": walked.start.wanted.params()}
    rows = served.graph.read("resolve/passing", **asked)
    found = {row["product_id"]: {**row, "strength": 0.0} for row in rows}
    return replace(
        walked,
        ids=tuple(sorted({*walked.ids, *found})),
        rows={**walked.rows, "fallback": {**walked.rows.get("fallback", {}), **found}},
    )


def page_of(scene: Scene, found: Whole, start: int) -> Listed:
    """The candidates of a page, in the list's order."""
    picked = [scene.place[id_] for id_ in found.page(start) if id_ in scene.place]
    return Listed(picked, picked)


def as_page(result: Result, found: Whole, start: int) -> Result:
    """A page's products at their ranks in the list. That the last page is short is no news."""
    place = {id_: at for at, id_ in enumerate(found.page(start), start)}
    moved = found.movers()
    return replace(
        result,
        results=tuple(
            replace(
                each, rank=place[each.product_id] + 1, moved_by=moved.get(place[each.product_id])
            )
            for each in result.results
        ),
        notes=tuple(each for each in result.notes if each.code != "fewer"),
        whole=found,
    )
