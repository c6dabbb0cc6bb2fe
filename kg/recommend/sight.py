"""What explanations are told from: a request's walks, and how people call what is on its paths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.graph import Row
from kg.recommend.asked import Past
from kg.recommend.lookup import lineage
from kg.recommend.neighbours import strongest
from kg.recommend.scene import Scene
from kg.recommend.seeds import Seed
from kg.recommend.served import Served
from kg.recommend.types import PathNode
from kg.recommend.walk import Start, Walked

LONGEST = 60
"""Characters of a title in a sentence."""

Node = tuple[str, str]


@dataclass(frozen=True)
class Sight:
    """A request's walks and scene, with rows and names of every node that is spoken of."""

    walked: Walked
    scene: Scene
    shown: Mapping[str, Row]
    names: Mapping[Node, str]
    language: str

    @property
    def start(self) -> Start:
        """Where the walks began."""
        return self.walked.start

    def seed(self, product_id: str) -> Seed:
        """The seed that is this product."""
        return self._seeds[product_id]

    def past(self, product_id: str) -> Past | None:
        """What the user did with a product, if it is one of the seeds."""
        seed = self._seeds.get(product_id)
        return seed.past if seed else None

    @cached_property
    def _seeds(self) -> dict[str, Seed]:
        return {seed.product_id: seed for seed in self.start.seeds}

    def nearest(self, product_id: str) -> Seed | None:
        """The user's product whose text is nearest to this one's, the latest weighing most."""
        own = self.scene.own
        if not len(own.weights):
            return None
        near = self.scene.likeness[self._place(product_id)] * own.weights
        return self.seed(own.nodes[int(near.argmax())][1]) if near.any() else None

    def learned_nearest(self, product_id: str) -> Seed | None:
        """The user's product whose learned vector is nearest to this one's, which it is not."""
        learned, nodes = self.scene.learned, self.scene.own.nodes
        others = [at for at, (_, id_) in enumerate(nodes) if id_ != product_id]
        if learned is None or not others:
            return None
        near = learned.own[others] @ learned.candidates[self._place(product_id)]
        return self.seed(nodes[others[int(near.argmax())]][1])

    def _place(self, product_id: str) -> int:
        """The place of a candidate."""
        (place,) = self.scene.places([product_id])
        if place is None:
            raise ValueError(f"expected a candidate, got {product_id!r}")
        return place

    def product(self, product_id: str) -> PathNode:
        """A product as a node of a path."""
        node = self._products.get(product_id)
        if node is None:
            title = self.shown[product_id]["title"] or product_id
            node = self._products[product_id] = PathNode("Product", product_id, title)
        return node

    @cached_property
    def _products(self) -> dict[str, PathNode]:
        """Those that were made already."""
        return {}

    def other(self, label: str, id_: str) -> PathNode:
        """A brand or category as a node of a path."""
        return PathNode(label, id_, self.names[label, id_])

    def node(self, label: str, id_: str) -> PathNode:
        """Any node that is spoken of."""
        return self.product(id_) if label == "Product" else self.other(label, id_)

    def title(self, product_id: str) -> str:
        """A product's title, short enough for a sentence."""
        title = self.product(product_id).name
        return title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip(" ,;-") + "…"


def sights(
    served: Served,
    walked: Sequence[Walked],
    scenes: Sequence[Scene],
    picked: Sequence[Sequence[int]],
) -> list[Sight]:
    """What the lists [n] of candidates are explained from; unknown names take two queries."""
    listed = [
        each.products.named(each.codes[list(some)])
        for each, some in zip(walked, picked, strict=True)
    ]
    met = {node for each in walked if each.start.asked.request.explain for node in _met(each)}
    shown = served.shown(_products(walked, listed, met))
    names = served.names(_others(listed, met, shown))
    language = served.meta.language
    return [
        Sight(each, scene, shown, names, language)
        for each, scene in zip(walked, scenes, strict=True)
    ]


def _met(walked: Walked) -> list[Node]:
    """The nodes of V_U and V_U' that are named in the result."""
    meant = [(each.label, each.id) for each in walked.start.linked.entities]
    return meant + [(each.label, each.id) for each in strongest(walked.rows)]


def _products(
    walked: Iterable[Walked], listed: Iterable[Sequence[str]], met: Iterable[Node]
) -> list[str]:
    seeds = {seed.product_id for each in walked for seed in each.start.seeds}
    named = {id_ for label, id_ in met if label == "Product"}
    return sorted(seeds | named | {each for some in listed for each in some})


def _others(
    listed: Iterable[Sequence[str]], met: Iterable[Node], shown: Mapping[str, Row]
) -> list[Node]:
    """Brands and categories on the paths to what is listed, ancestors included, and those met."""
    nodes = {node for node in met if node[0] != "Product"}
    for one in {each for some in listed for each in some}:
        nodes |= {("Category", id_) for id_ in shown[one]["category_ids"]}
        nodes |= {("Brand", shown[one]["brand_id"])} if shown[one]["brand_id"] else set()
    above = {("Category", up) for label, id_ in nodes if label == "Category" for up in lineage(id_)}
    return sorted(nodes | above)
