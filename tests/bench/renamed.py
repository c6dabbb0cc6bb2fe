"""Does anything hang on the order of ids? `python -m tests.bench.renamed [USERS] [RECIPE ...]`.

Beauty as it is beside Beauty whose products have ids in the reverse order: what the recommender
finds of the validation items of USERS drawn users (3,000), and how many of its lists are the same.
"""

import sys
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from gnn.evaluate.lists import Lists
from gnn.evaluate.metrics import per_user
from gnn.evaluate.served import served
from gnn.evaluate.split import Split
from gnn.evaluate.splits import leave_one_out
from kg.progress import silent
from kg.snapshot import Snapshot, only
from kg.snapshot.types import MISSING, Products, Rows, rows
from tests.bench.accuracy import beauty
from tests.bench.data import here
from tests.bench.tune import drawn

USERS, TOP = 3_000, 10
MEASURES = (f"recall@{TOP}", f"ndcg@{TOP}")


def reversed_ids(shop: Snapshot) -> Snapshot:
    """The shop with other ids for its products: code c becomes n - 1 - c."""
    n = len(shop.products.ids)
    columns = {field.name: getattr(shop.products, field.name)[::-1] for field in fields(Products)}
    columns["ids"] = tuple(f"p{code:09}" for code in range(n))
    of = np.repeat(np.arange(n), np.diff(shop.product_categories.start))
    turned = replace(
        shop,
        products=Products(**columns),
        product_categories=rows(n - 1 - of, shop.product_categories.to, n),
        brand_products=_turned(shop.brand_products, n),
        category_products=_turned(shop.category_products, n),
        events=replace(shop.events, product=n - 1 - shop.events.product),
        text=shop.text and replace(shop.text, product=shop.text.product[::-1].copy()),
    )
    return only(turned, np.ones(len(shop.events.product), np.bool_))


def _turned(members: Rows, n: int) -> Rows:
    return Rows(members.start, n - 1 - members.to)


def main(arguments: Sequence[str]) -> int:
    """Print it; 1 where the data is not there."""
    if not here("amazon-beauty"):
        return 1
    users = next((int(each) for each in arguments if each.isdigit()), USERS)
    recipes = [each for each in arguments if not each.isdigit()] or ["paper"]
    shop = beauty()
    shops = {"as they are": shop, "in reverse": reversed_ids(shop)}
    splits = {name: drawn(leave_one_out(each, "validation"), users) for name, each in shops.items()}
    for recipe in recipes:
        lists = {name: served(recipe)(split, TOP, silent).lists for name, split in splits.items()}
        for name, split in splits.items():
            print(f"{recipe}, ids {name}: {_said(lists[name], split)}", flush=True)
        plain, turned = lists.values()
        back = np.where(turned == MISSING, MISSING, len(shop.products.ids) - 1 - turned)
        print(f"{recipe}: {(plain == back).all(axis=1).mean():.1%} of the lists are the same")
    return 0


def _said(lists: Lists, split: Split) -> str:
    values = per_user(lists, split.targets, (TOP,))
    return " ".join(f"{each} {values[each].mean():.4f}" for each in MEASURES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
