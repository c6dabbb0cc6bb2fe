"""What others have published on the very same split, each figure with where it was read."""

from collections.abc import Mapping
from dataclasses import dataclass

from gnn.evaluate.order import SHUFFLED
from gnn.evaluate.split import Split


@dataclass(frozen=True)
class Published:
    """A row of somebody's table: measures by the names they have here, as shares of 1."""

    name: str
    measures: Mapping[str, float]
    source: str


@dataclass(frozen=True)
class Benchmark:
    """A split of public data, recognised by its sizes, and what is published on it."""

    name: str
    users: int
    products: int
    targets: int
    rows: tuple[Published, ...]


def _four(name: str, numbers: tuple[float, float, float, float], source: str) -> Published:
    names = ("recall@5", "ndcg@5", "recall@10", "ndcg@10")
    return Published(name, dict(zip(names, numbers, strict=True)), source)


def _ten(name: str, recall: float, ndcg: float, source: str) -> Published:
    return Published(name, {"recall@10": recall, "ndcg@10": ndcg}, source)


def _percent(name: str, numbers: tuple[float, float, float, float], source: str) -> Published:
    names = ("ndcg@10", "recall@10", "hit_rate@10", "precision@10")
    shares = (number / 100 for number in numbers)
    return Published(name, dict(zip(names, shares, strict=True)), source)


def _two(name: str, recall: float, ndcg: float | None, source: str) -> Published:
    measures = {"recall@20": recall} | ({} if ndcg is None else {"ndcg@20": ndcg})
    return Published(name, measures, source)


S3REC = "S3-Rec repository, table of full ranking"
GRAM = "GRAM slides"

BENCHMARKS = (
    Benchmark(  # the last three learned without the validation items: see ours that are strict
        "Amazon Beauty (5-core, 2014), leave-one-out",
        users=22_363,
        products=12_101,
        targets=22_363,
        rows=(
            _four("PopRec", (0.0080, 0.0044, 0.0152, 0.0068), S3REC),
            _four("SASRec", (0.0387, 0.0249, 0.0605, 0.0318), S3REC),
            _four("S3-Rec", (0.0387, 0.0244, 0.0647, 0.0327), S3REC),
            _four("TIGER", (0.0352, 0.0236, 0.0533, 0.0294), GRAM),
            _four("IDGenRec", (0.0463, 0.0328, 0.0665, 0.0393), GRAM),
            _four("LC-Rec", (0.0503, 0.0352, 0.0715, 0.0420), GRAM),
            _four("FDSA", (0.0570, 0.0412, 0.0777, 0.0478), GRAM),
            _four("GRAM", (0.0641, 0.0451, 0.0890, 0.0531), GRAM),
            _ten("SASRec, sampled softmax", 0.0921, 0.0531, "eSASRec's table (RecSys 2025)"),
            _ten("BSARec", 0.1008, 0.0611, "BSARec's log (AAAI 2024)"),
            _ten("WEARec", 0.1041, 0.0614, "WEARec's log (AAAI 2026)"),
        ),
    ),
    Benchmark(
        "Amazon Beauty (5-core, 2014), 70/30 by user",
        users=22_363,
        products=12_101,
        targets=48_658,
        rows=(_percent("PGPR", (5.449, 8.324, 14.401, 1.707), "PGPR paper (Xian et al., 2019)"),),
    ),
    Benchmark(
        "Amazon-Book, the split of KGAT",
        users=70_591,
        products=24_915,
        targets=193_920,
        rows=(
            _two("KGIN", 0.1688, 0.0915, "KGIN's published log"),
            _two("KGAT", 0.1503, None, "the notes that came with the data"),
            _two("KGCL", 0.1491, 0.0789, "the notes that came with the data"),
        ),
    ),
)
"""Recognised by users judged, products and targets. Validation is nobody's table."""


def published(split: Split) -> Benchmark | None:
    """The benchmark that the split is the test of, None where it is none that we know."""
    if split.among is not None or any(each in split.name for each in ("validation", SHUFFLED)):
        return None
    sizes = len(split.users), len(split.known.products.ids), len(split.targets.to)
    same = (each for each in BENCHMARKS if (each.users, each.products, each.targets) == sizes)
    return next(same, None)
