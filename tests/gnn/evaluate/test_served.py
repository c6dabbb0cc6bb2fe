"""Lists that are served: no order of ids has a part, and strictly nothing later is learned."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gnn.evaluate.served import served, strictly
from gnn.evaluate.splits import leave_one_out
from kg.graph.memory import MemoryGraph
from kg.progress import Progress, silent
from kg.recommend.lots import lots_of
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import Snapshot, snapshot_of
from kg.snapshot.types import MISSING
from kg.sources import open_source

USERS, UNKNOWN = 200, 40


def shop_of(folder: Path, name: str) -> Snapshot:
    """Everybody bought `have1` and `have2`, then one of 40 products alike: the same one."""
    folder.mkdir()
    new = [name.format(at if name.startswith("n") else UNKNOWN - 1 - at) for at in range(UNKNOWN)]
    products = ["have1", "have2", *new]
    rows = [
        f"u{user:03},{product},{place}\n"
        for user in range(USERS)
        for place, product in enumerate(("have1", "have2", new[0]))
    ]
    (folder / "products.csv").write_text(
        "product_id,title\n" + "".join(f"{each},A thing\n" for each in products)
    )
    (folder / "interactions.csv").write_text("user_id,product_id,position\n" + "".join(rows))
    return snapshot_of(open_source(folder))


@pytest.mark.parametrize("name", ["n{:02}", "r{:02}"])
def test_renaming_products_does_not_change_how_well_equals_are_served(
    tmp_path: Path, name: str
) -> None:
    # The hidden product has the smallest id of the 40, then the greatest. Ten of 40 are listed: a
    # quarter of the users find it, give or take four standard deviations of .031.
    split = leave_one_out(shop_of(tmp_path / "shop", name))
    lists = served("paper")(split, 10, silent).lists
    assert lists.shape == (USERS, 10)
    assert (lists != MISSING).all()
    recall = float((lists == split.targets.to[:, None]).any(axis=1).mean())
    assert recall == pytest.approx(1 / 4, abs=0.123)


def test_lots_depend_on_who_asks_for_what_and_on_nothing_else() -> None:
    asked = Request("ann", "tent", "p1")
    drawn = lots_of(asked, ["p2", "p3"]).tolist()
    assert drawn == [12913510549505278296, 12325614164208148481]
    changes: tuple[dict[str, Any], ...] = ({"k": 50}, {"diversity": 0.5}, {"weights": {"hot": 1}})
    for change in changes:
        assert lots_of(replace(asked, **change), ["p3", "p2"]).tolist() == drawn[::-1]
    for other in (Request("bob", "tent", "p1"), Request("ann", "tents", "p1"), Request("ann")):
        assert lots_of(other, ["p2", "p3"]).tolist() != drawn


def test_a_longer_list_and_later_pages_keep_the_order_of_equals(tmp_path: Path) -> None:
    recommender = Recommender(MemoryGraph(shop_of(tmp_path / "shop", "n{:02}")))
    asked = Request("u000", include_bought=True, recipe="hot", explain=False)
    ten = recommender.recommend(asked)
    twenty = recommender.recommend(replace(asked, k=20))
    ids = [each.product_id for each in twenty.results]
    assert [each.product_id for each in ten.results] == ids[:10]
    assert ten.whole is not None
    second = recommender.page(ten.whole, 10)
    assert [each.product_id for each in second.results] == ids[10:]
    assert ids[3:] != sorted(ids[3:])


def test_strictly_what_came_later_lengthens_histories_and_teaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text(
        "product_id,title\n" + "".join(f"{each},{each}\n" for each in "abcdefg")
    )
    # Validation products alone lead from c to d; before them only a to b, and b to c.
    rows = "".join(
        f"{user},{product},{place}\n"
        for user, some in {"ann": "abcde", "bob": "abcde", "cat": "abcfg", "dan": "abcga"}.items()
        for place, product in enumerate(dict.fromkeys(some))
    )
    (tmp_path / "interactions.csv").write_text("user_id,product_id,position\n" + rows)
    shop = snapshot_of(open_source(tmp_path))
    validation, test = (leave_one_out(shop, part).known for part in ("validation", "test"))
    seen: list[Snapshot] = []

    def look(known: Snapshot, _: Progress = silent) -> Snapshot:
        seen.append(known)
        return known

    prepared = strictly(validation, look)(test, silent)
    assert seen == [validation]
    assert prepared.derived is validation.derived
    assert prepared.events is test.events
    code = shop.products.code
    assert code["d"] in test.derived.bought_next.of(code["c"])
    assert code["d"] not in prepared.derived.bought_next.of(code["c"])
    history = MemoryGraph(prepared).read(
        "resolve/history", requests=[{"user_id": "ann", "until": None}]
    )
    assert [row["product_id"] for row in history] == ["d", "c", "b", "a"]
