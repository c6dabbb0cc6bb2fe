"""What an order by id is worth: ascents are shuffled, and nothing but them."""

from pathlib import Path

import numpy as np

from gnn.evaluate.order import ascending, shuffled_ascents
from kg.snapshot import Snapshot, snapshot_of
from kg.sources import open_source

SEQUENCES = {"ann": "bcdfae", "bob": "fedcba", "cat": "abcdef"}
ASCENTS = {"ann": ["bcdf", "ae"], "bob": list("fedcba"), "cat": ["abcdef"]}


def shop_of(folder: Path, sequences: dict[str, str]) -> Snapshot:
    """A shop whose products have ids of one letter, bought one after the other."""
    products = "product_id,title\n" + "".join(f"{each},{each}\n" for each in "abcdef")
    rows = [
        f"{user},{product},{place}\n"
        for user, some in sequences.items()
        for place, product in enumerate(some)
    ]
    (folder / "products.csv").write_text(products)
    (folder / "interactions.csv").write_text("user_id,product_id,position\n" + "".join(rows))
    return snapshot_of(open_source(folder))


def bought(shop: Snapshot) -> dict[str, str]:
    """What each user bought, in order."""
    events, ids = shop.events, shop.products.ids
    return {
        user: "".join(ids[code] for code in events.product[events.start[at] : events.start[at + 1]])
        for at, user in enumerate(shop.users)
    }


def test_an_event_ascends_where_its_user_had_a_smaller_id_before(tmp_path: Path) -> None:
    flags = ascending(shop_of(tmp_path, SEQUENCES)).astype(int).tolist()
    assert flags == [0, 1, 1, 1, 0, 1, *[0] * 6, 0, *[1] * 5]


def test_each_ascent_is_shuffled_within_its_own_places(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, SEQUENCES)
    found = [bought(shuffled_ascents(shop, seed)) for seed in range(40)]
    for user, ascents in ASCENTS.items():
        ends = np.cumsum([0, *map(len, ascents)]).tolist()
        for start, end, ascent in zip(ends[:-1], ends[1:], ascents, strict=True):
            seen = {each[user][start:end] for each in found}
            assert {"".join(sorted(part)) for part in seen} == {ascent}
            assert len(seen) > 20 or len(ascent) < 4  # of 24 or 720 orders
    assert bought(shuffled_ascents(shop, 3)) == bought(shuffled_ascents(shop, 3))


def test_what_is_derived_follows_the_new_order(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, {"ann": "ab", "bob": "ab", "cat": "ab"})
    seeds = range(20)
    turned = next(
        seed for seed in seeds if set(bought(shuffled_ascents(shop, seed)).values()) == {"ba"}
    )
    edges = shuffled_ascents(shop, turned).derived.bought_next
    assert (edges.of(0).tolist(), edges.of(1).tolist()) == ([], [0])
