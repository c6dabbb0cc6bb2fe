"""How weights were chosen: `python -m tests.bench.paper_weights [paper|design] [STEPS]`.

On Beauty, in memory. For users: the validation item (each one's last but one), recommended from
what came before it, with derived relationships that know no validation and no last item; the last
item is never looked at. For searches: known items of another seed than the benchmark's, products'
codes, and names of categories that are no leaves, as the benchmark's are. It prints what the recipe
reaches as it stands and without each of its terms, with each term's share of the weights and of
what sets the ten best apart from the worst candidate; with a number, it then tries that many random
steps and prints the best recipe found.
"""

import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from gnn.evaluate.splits import leave_one_out
from kg.embed.encoder import encoder_named
from kg.graph.memory import MemoryGraph
from kg.recommend.answer import candidates
from kg.recommend.fuse import fuse
from kg.recommend.recipes import DESIGN, PAPER, Recipe
from kg.recommend.scene import scenes
from kg.recommend.served import Served, read_meta
from kg.recommend.terms import terms_of
from kg.recommend.types import Numbers, Request
from kg.snapshot import Snapshot, embedded, snapshot_of
from kg.snapshot.types import MISSING
from kg.sources import open_source
from tests.bench.beauty import BEAUTY, missing
from tests.bench.retrieval import DEPTH, TOP, known_items

USERS, ITEMS, CODES, SEED, CHUNK = 3_000, 500, 100, 11, 200


@dataclass(frozen=True)
class Case:
    """A request's terms [n] by name, which of its n candidates are wanted, and how many are."""

    terms: Mapping[str, Numbers | None]
    wanted: NDArray[np.bool_]
    size: int

    def ranks(self, recipe: Recipe) -> NDArray[np.int64]:
        """The ranks, from 1, of those wanted candidates that a list reaches, the best first."""
        scores = fuse(self.terms, recipe, len(self.wanted)).scores
        depth = min(DEPTH, len(scores))
        best = np.argpartition(-scores, depth - 1)[:depth]
        best = best[np.argsort(-scores[best], kind="stable")]
        return np.flatnonzero(self.wanted[best]) + 1


def ndcg(case: Case, recipe: Recipe) -> float:
    """NDCG@10 of a case with one wanted product."""
    return float(sum(1 / np.log2(1 + rank) for rank in case.ranks(recipe) if rank <= TOP))


def reciprocal(case: Case, recipe: Recipe) -> float:
    """One over the rank of the first wanted product."""
    ranks = case.ranks(recipe)
    return float(1 / ranks[0]) if len(ranks) else 0.0


def inside(case: Case, recipe: Recipe) -> float:
    """How many of the ten best are wanted, as a share of what can be."""
    return int((case.ranks(recipe) <= TOP).sum()) / min(TOP, case.size)


@dataclass(frozen=True)
class Part:
    """Cases that are judged alike, and how much their mean counts in the objective."""

    name: str
    measure: Callable[[Case, Recipe], float]
    counts: float
    cases: Sequence[Case]

    def mean(self, recipe: Recipe) -> float:
        """The mean of the measure over the cases."""
        return sum(self.measure(case, recipe) for case in self.cases) / len(self.cases)


def parts(snapshot: Snapshot) -> list[Part]:
    """Users count as much as searches."""
    split = leave_one_out(snapshot, "validation")
    drawn = random.Random(SEED).sample(range(len(split.users)), USERS)
    users = [
        Request(snapshot.users[split.users[at]], recipe="paper", explain=False) for at in drawn
    ]
    targets = [{int(split.targets.of(at)[0])} for at in drawn]
    texts, items = known_items(snapshot, ITEMS, SEED)
    names, ids = inner_names(snapshot), [snapshot.products.ids[item] for item in items[:CODES]]
    wanted = [{item} for item in items]
    return [
        Part("users, NDCG@10", ndcg, 1.0, cases(split.known, users, targets)),
        Part("known items, MRR", reciprocal, 0.4, searches(snapshot, texts, wanted)),
        Part("codes, MRR", reciprocal, 0.2, searches(snapshot, ids, wanted[:CODES])),
        Part("categories, in it", inside, 0.4, searches(snapshot, list(names), names.values())),
    ]


def inner_names(snapshot: Snapshot) -> dict[str, set[int]]:
    """Names of categories with others below them, each with all products below that name."""
    of: dict[str, set[int]] = {}
    for code in sorted(set(snapshot.parent.tolist()) - {MISSING}):
        for below in snapshot.subtree.of(code):
            products = snapshot.category_products.of(below).tolist()
            of.setdefault(snapshot.categories.name[code], set()).update(products)
    return of


def searches(snapshot: Snapshot, texts: Sequence[str], wanted: Iterable[set[int]]) -> list[Case]:
    """The cases of search texts [n]."""
    requests = [Request(query=text, k=DEPTH, explain=False) for text in texts]
    return cases(snapshot, requests, wanted)


def cases(
    snapshot: Snapshot, requests: Sequence[Request], wanted: Iterable[set[int]]
) -> list[Case]:
    """Requests [n] with the codes of the products that each should find."""
    graph, encoder = MemoryGraph(snapshot), encoder_named()
    served = Served(graph, read_meta(graph), lambda _: encoder)
    chunks = [requests[start : start + CHUNK] for start in range(0, len(requests), CHUNK)]
    seen = [scene for chunk in chunks for scene in scenes(served, candidates(served, chunk))]
    found = []
    for scene, codes in zip(seen, wanted, strict=True):
        ids = {snapshot.products.ids[code] for code in codes}
        mask = np.array([each in ids for each in scene.facts.ids], np.bool_)
        found.append(Case(terms_of(scene, list(PAPER.weights)), mask, len(ids)))
    return found


def shares(judged: Sequence[Part], recipe: Recipe) -> dict[str, float]:
    """What each term gave the ten best candidates more than the least of all, as a share of what
    all terms gave: the mean over all cases."""
    found = []
    for case in (case for part in judged for case in part.cases):
        fused = fuse(case.terms, recipe, len(case.wanted))
        best = np.argsort(-fused.scores, kind="stable")[:TOP]
        gains = {
            name: float((part[best] - part.min()).sum())
            for name, part in fused.contributions.items()
        }
        whole = sum(gains.values()) or 1.0
        found.append([gains[name] / whole for name in recipe.weights])
    return dict(zip(recipe.weights, np.mean(found, axis=0).tolist(), strict=True))


def objective(judged: Sequence[Part], recipe: Recipe) -> float:
    """The logarithm of a geometric mean: a tenth more is worth the same to every part."""
    return sum(part.counts * log(part.mean(recipe) + 1e-9) for part in judged)


def line(name: str, judged: Sequence[Part], recipe: Recipe) -> str:
    """What a recipe reaches."""
    told = [f"{part.name} {part.mean(recipe):.4f}" for part in judged]
    return f"{name:<20} {objective(judged, recipe):>8.4f}  " + "  ".join(told)


def without(recipe: Recipe, term: str) -> Recipe:
    """The recipe with a term that counts nothing."""
    return replace(recipe, weights={**recipe.weights, term: 0.0})


def step(recipe: Recipe, chance: random.Random) -> Recipe:
    """The recipe with the weight and the temperature of one or two terms changed at random."""
    for term in chance.sample(sorted(recipe.weights), chance.choice((1, 2))):
        weight = recipe.weights[term] * chance.lognormvariate(0, 0.5)
        heat = recipe.temperature(term) * chance.lognormvariate(0, 0.3)
        weights = {**recipe.weights, term: weight}
        recipe = replace(recipe, weights=weights, temperatures={**recipe.temperatures, term: heat})
    return recipe


def search(judged: Sequence[Part], recipe: Recipe, steps: int) -> Recipe:
    """The best recipe that a random walk uphill from one finds."""
    chance, best = random.Random(SEED), recipe
    reached = objective(judged, best)
    for _ in range(steps):
        tried = step(best, chance)
        if (found := objective(judged, tried)) > reached:
            best, reached = tried, found
    return best


def main(arguments: Sequence[str]) -> None:
    """Print what `paper` reaches, without each term, and what a search finds."""
    if missing():
        return
    encoder = encoder_named()
    snapshot = snapshot_of(open_source(BEAUTY))
    judged = parts(embedded(snapshot, encoder.encode, encoder.name, encoder.revision))
    recipe = DESIGN if "design" in arguments else PAPER
    print(line(recipe.name, judged, recipe), flush=True)
    whole, made = sum(recipe.weights.values()), shares(judged, recipe)
    for term, weight in recipe.weights.items():
        told = f"weight {weight / whole:.1%} of all, makes {made[term]:.1%} of what sets apart"
        print(f"{line(f'without {term}', judged, without(recipe, term))}  ({told})", flush=True)
    if steps := [int(each) for each in arguments if each.isdigit()]:
        best = search(judged, recipe, steps[0])
        print(line("found", judged, best))
        for term, weight in best.weights.items():
            print(f"  {term:<12} weight {weight:.4g} temperature {best.temperature(term):.4g}")


if __name__ == "__main__":
    main(sys.argv[1:])
