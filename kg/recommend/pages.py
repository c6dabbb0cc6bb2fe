"""Go on with a list: the same list, page by page, whatever happens to the graph meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kg.recommend.asked import Asked
from kg.recommend.diversify import Listed
from kg.recommend.numbered import Codes, Numbered
from kg.recommend.rulebook import of_kind
from kg.recommend.rules import Put, around, movers, pinned
from kg.recommend.scene import Scene
from kg.recommend.served import Served
from kg.recommend.types import Result
from kg.recommend.walk import Walked
from kg.recommend.without import in_force
from kg.rules.types import Rule


@dataclass(frozen=True, eq=False)
class Whole:
    """A list with all of its candidates: codes [n] in the list's order, by_score [n].

    `asked` is the request with the history as it was, `put` are the products that a rule has put
    where they are, `behind` [m] those that lost places because they are out of stock; `revision` is
    the graph's.
    """

    asked: Asked
    products: Numbered
    codes: Codes
    by_score: Codes
    put: Mapping[str, Rule]
    behind: Codes
    revision: int

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The products in the list's order."""
        return self.products.named(self.codes)

    @property
    def ranked(self) -> tuple[str, ...]:
        """The products by score."""
        return self.products.named(self.by_score)

    def page(self, start: int) -> tuple[str, ...]:
        """The products of the page that begins at a place."""
        return self.ids[start : start + self.asked.request.k]

    def movers(self) -> dict[str, str]:
        """What gave products another rank than their scores."""
        place = {id_: at for at, id_ in enumerate(self.ids)}
        put = {place[id_]: rule for id_, rule in self.put.items()}
        lost = frozenset(place[id_] for id_ in self.products.named(self.behind))
        ranked = [place[id_] for id_ in self.ranked]
        moved = movers(Listed(range(len(self.ids)), ranked, put, behind=lost))
        return {self.ids[at]: by for at, by in moved.items()}


def whole(served: Served, walked: Walked, listed: Listed) -> Whole:
    """The list that the picked ones are the first page of: the others follow by score, around what
    is pinned on a later page."""
    ranked = np.array(listed.ranked, np.intp)
    picked = np.array(listed.picked, np.intp)
    order, later = ranked, _later_pins(walked, listed)
    if later or not np.array_equal(picked, ranked[: len(picked)]):
        first = set(listed.picked)
        others = [at for at in listed.ranked if at not in first]
        fixed = {position: index for position, (index, _) in later.items()}
        order = np.array(around([*listed.picked, *others], fixed, len(ranked)), np.intp)
    put = {**listed.put, **dict(later.values())}
    codes, ids = walked.codes, walked.products.ids
    return Whole(
        walked.start.asked,
        walked.products,
        codes[order],
        codes[ranked],
        {ids[codes[at]]: rule for at, rule in put.items()},
        codes[np.array(sorted(listed.behind), np.intp)],
        served.meta.revision,
    )


def _later_pins(walked: Walked, listed: Listed) -> Put:
    """Where pins put what the first page has not."""
    asked = walked.start.asked
    pins = of_kind(asked.rules, "pin")
    if not pins:
        return {}
    places = {id_: at for at, id_ in enumerate(walked.ids)}
    found = pinned(pins, places, len(listed.ranked))
    first = set(listed.picked)
    return {at: put for at, put in found.items() if at >= asked.request.k and put[0] not in first}


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
    filled = [*walked.rows.get("fallback", {}).values(), *rows]
    return walked.with_more("fallback", filled)


def page_of(scene: Scene, found: Whole, start: int) -> Listed:
    """The candidates of a page, in the list's order."""
    page = found.page(start)
    every = zip(found.ids, scene.places(found.ids), strict=True)
    places = {id_: at for id_, at in every if at is not None}
    later = places.keys() & found.ids[start + found.asked.request.k :]
    picked = [places[id_] for id_ in page if id_ in places]
    return Listed(
        picked,
        picked,
        put={places[id_]: found.put[id_] for id_ in page if id_ in found.put and id_ in places},
        following=next((places[id_] for id_ in found.ranked if id_ in later), None),
        moved={places[id_]: by for id_, by in found.movers().items() if id_ in places},
    )


def as_page(result: Result, found: Whole, start: int) -> Result:
    """A page's products at their ranks in the list. That the last page is short is no news."""
    place = {id_: at for at, id_ in enumerate(found.page(start), start)}
    return replace(
        result,
        results=tuple(replace(each, rank=place[each.product_id] + 1) for each in result.results),
        notes=tuple(each for each in result.notes if each.code != "fewer"),
        whole=found,
    )
