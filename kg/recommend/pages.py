"""Go on with a list: the same list, page by page, whatever happens to the graph meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kg.recommend.asked import Asked
from kg.recommend.diversify import Listed
from kg.recommend.numbered import Codes, Numbered
from kg.recommend.rules import movers
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
    where they are, `revision` is the graph's.
    """

    asked: Asked
    products: Numbered
    codes: Codes
    by_score: Codes
    put: Mapping[str, Rule]
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

    def movers(self) -> dict[int, str]:
        """What gave the products at these places another rank than their scores."""
        place = {id_: at for at, id_ in enumerate(self.ids)}
        put = {place[id_]: rule for id_, rule in self.put.items()}
        return movers(Listed(range(len(self.ids)), [place[id_] for id_ in self.ranked], put))


def whole(served: Served, walked: Walked, listed: Listed) -> Whole:
    """The list that the picked ones are the first page of: the others follow by score."""
    ranked = np.array(listed.ranked, np.intp)
    picked = np.array(listed.picked, np.intp)
    order = ranked
    if not np.array_equal(picked, ranked[: len(picked)]):
        first = set(listed.picked)
        others = [at for at in listed.ranked if at not in first]
        order = np.array([*listed.picked, *others], np.intp)
    codes, ids = walked.codes, walked.products.ids
    return Whole(
        walked.start.asked,
        walked.products,
        codes[order],
        codes[ranked],
        {ids[codes[at]]: rule for at, rule in listed.put.items()},
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
    filled = [*walked.rows.get("fallback", {}).values(), *rows]
    return walked.with_more("fallback", filled)


def page_of(scene: Scene, found: Whole, start: int) -> Listed:
    """The candidates of a page, in the list's order."""
    picked = [place for place in scene.places(found.page(start)) if place is not None]
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
