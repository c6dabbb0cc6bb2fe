"""Answer requests: the stages, in order."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from itertools import chain

import numpy as np

from kg.recommend.asked import Asked, ask, forgetting
from kg.recommend.browser import subgraph_cypher
from kg.recommend.coverage import aspects_of, importance_of
from kg.recommend.diversify import Listed, diversify
from kg.recommend.entities import link, matched
from kg.recommend.explain import entities, neighbours, recommendations
from kg.recommend.facts import Flags
from kg.recommend.filters import narrow
from kg.recommend.fuse import Fused, fuse, rank
from kg.recommend.intent import understand
from kg.recommend.lots import by_score
from kg.recommend.narrow import fill, passing
from kg.recommend.notes import notes
from kg.recommend.pages import Whole, as_asked, as_page, page_of, whole, with_all
from kg.recommend.recipes import where_history_counts
from kg.recommend.rules import movers, placed, unhidden, weighed, with_pinned
from kg.recommend.scene import Scene, scenes
from kg.recommend.served import Served
from kg.recommend.sight import Sight, sights
from kg.recommend.stock import behind, late
from kg.recommend.terms import terms_of
from kg.recommend.types import Request, Result
from kg.recommend.walk import Walked, walk

Turn = Callable[[], AbstractContextManager[None]]


def answer(served: Served, requests: Sequence[Request], turn: Turn = nullcontext) -> list[Result]:
    """The answers to requests [n], each stage for all of them.

    `turn` is entered once the graph has been walked.
    """
    watch = Stopwatch(len(requests))
    walked = candidates(served, requests, watch)
    with turn():
        return _answers(served, walked, watch)


def answer_page(served: Served, found: Whole, start: int) -> Result:
    """The page of a list that begins at a place."""
    watch = Stopwatch(1)
    asked = as_asked(served, found)
    (walked,) = candidates(served, [asked.request], watch, [asked])
    walked = with_all(served, walked, found.page(start))
    (result,) = _answers(served, unhidden(served, [walked]), watch, (found, start))
    return as_page(result, found, start)


def _answers(
    served: Served,
    walked: Sequence[Walked],
    watch: "Stopwatch",
    later: tuple[Whole, int] | None = None,
) -> list[Result]:
    """Score candidates, choose lists of them and say why."""
    with watch("score"):
        seen = scenes(served, walked)
        blends = [scored(served, each, scene) for each, scene in zip(walked, seen, strict=True)]
    with watch("diversify"):
        parts = zip(walked, seen, blends, strict=True)
        lists = [page_of(part[1], *later) if later else listed_of(served, *part) for part in parts]
    with watch("explain"):
        told = sights(served, walked, seen, [each.spoken_of for each in lists])
        blends = [each.told(some.picked) for each, some in zip(blends, lists, strict=True)]
        return [_result(served, *each, watch) for each in zip(told, blends, lists, strict=True)]


def candidates(
    served: Served,
    requests: Sequence[Request],
    watch: "Stopwatch | None" = None,
    known: Sequence[Asked] | None = None,
) -> list[Walked]:
    """The candidates of requests [n] and what led to them; `scenes` shows them to the terms.

    `known` are the requests with their histories, where these were read before.
    """
    watch = watch or Stopwatch(len(requests))
    with watch("intent"):
        asked = ask(served, requests) if known is None else known
        understood = understand(served, [request.query for request in requests])
        intents = [forgetting(*each) for each in zip(understood, asked, strict=True)]
        filters = narrow(served, asked, intents)
    with watch("entities"):
        linked = link(served, asked, intents, filters)
        parts = [matched(*each) for each in zip(asked, intents, linked, strict=True)]
        asked, intents = [each for each, _ in parts], [each for _, each in parts]
    with watch("walk"):
        walked = walk(served, asked, intents, filters, linked)
        return fill(served, unhidden(served, passing(served, with_pinned(walked))))


def scored(served: Served, walked: Walked, scene: Scene) -> Fused:
    """The scores of a request's candidates, by its recipe and the shop's rules."""
    return weighed(walked.start.asked.rules, scene.facts, fused_of(served, walked, scene))


def fused_of(served: Served, walked: Walked, scene: Scene) -> Fused:
    """The scores of a request's candidates, by its recipe."""
    recipe = walked.start.asked.recipe
    if ranker := served.ranker(recipe):
        return rank(terms_of(scene, ranker.terms), ranker, len(scene.facts.codes))
    if scene.history < 1 and len(scene.own.weights):
        recipe = where_history_counts(recipe, scene.history, walked.start.asked.request)
    weighed = [name for name, weight in recipe.weights.items() if weight]
    return fuse(terms_of(scene, weighed), recipe, len(scene.facts.codes))


def listed_of(served: Served, walked: Walked, scene: Scene, fused: Fused) -> Listed:
    """The best k candidates, or the k that cover V_U better."""
    asked = walked.start.asked
    merit, last = by_score(walked, fused.scores), late(walked, scene.facts)
    ranked = behind(merit, last)

    def best(some: Sequence[int]) -> Sequence[int]:
        return best_of(served, walked, scene, fused, some)

    if not asked.rules:
        return with_rest(Listed(best(ranked), ranked), merit, last)
    no_place = frozenset(np.flatnonzero(last).tolist())
    k = asked.request.k
    listed = placed(asked.rules, scene.facts, fused, ranked, best, k, no_place)
    return with_rest(listed, merit, last)


def with_rest(listed: Listed, merit: Sequence[int], last: Flags) -> Listed:
    """A list with what follows it, and what moved its products; `merit` are all by score alone,
    `last` [n] those that are out of stock and go behind."""
    first = set(listed.picked)
    lost = {at for at, other in zip(merit, listed.ranked, strict=True) if last[at] and at != other}
    found = replace(
        listed,
        following=next((at for at in listed.ranked if at not in first), None),
        behind=frozenset(lost),
        missed=len(lost.intersection(merit[: len(first)]) - first),
    )
    return replace(found, moved=movers(found))


def best_of(
    served: Served, walked: Walked, scene: Scene, fused: Fused, ranked: Sequence[int]
) -> Sequence[int]:
    """The k that make the list out of candidates by score, what is out of stock behind."""
    asked = walked.start.asked
    request = asked.request
    if not request.diversity:
        return ranked[: request.k]
    matters = importance_of(served, walked.start.linked.entities, scene.facts)
    known = {aspect: weight for aspect, weight in matters.items() if aspect not in asked.gone}
    aspects = aspects_of(scene.facts)
    last = late(walked, scene.facts)
    ahead, others = [at for at in ranked if not last[at]], [at for at in ranked if last[at]]
    chosen = diversify(ahead, fused.scores, aspects, known, request.diversity, request.k)
    return [*chosen, *others][: request.k]


def _result(
    served: Served, sight: Sight, fused: Fused, listed: Listed, watch: "Stopwatch"
) -> Result:
    start = sight.start
    explain = start.asked.request.explain
    found = recommendations(sight, fused, listed)
    return Result(
        request=start.asked.request,
        recipe=start.asked.recipe.name,
        intent=start.intent,
        entities=entities(sight) if explain else (),
        neighbours=neighbours(sight) if explain else (),
        results=found,
        notes=notes(
            sight, found, listed.missed, trained=served.model is not None, embedded=served.embedded
        ),
        timings_ms=watch.timings(),
        currency=served.meta.currency,
        whole=whole(served, sight.walked, listed),
        browser_cypher=subgraph_cypher(chain.from_iterable(each.paths for each in found))
        if explain
        else None,
    )


class Stopwatch:
    """Milliseconds of each stage, for one of the requests that share it."""

    def __init__(self, requests: int) -> None:
        self._requests = requests
        self._spent: dict[str, float] = {}
        self._running: tuple[str, float] | None = None

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        self._running = stage, start
        yield
        self._spent[stage] = time.perf_counter() - start
        self._running = None

    def timings(self) -> dict[str, float]:
        """The stages so far, the one that runs included."""
        spent = dict(self._spent)
        if self._running:
            stage, start = self._running
            spent[stage] = time.perf_counter() - start
        spent["total"] = sum(spent.values())
        return {stage: round(1000 * s / self._requests, 3) for stage, s in spent.items()}
