"""One file of order lines, as a till or ERP exports them: products and purchases from its rows.

Columns: order number, product, name, quantity, price, date, customer. A cancellation (a number
like C536379, or a quantity of none or less) is set aside, and so is the purchase that it takes
back. A line without a customer counts for its product only.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from kg.catalog import SCHEMAS, Batch, Rejects, Source, SourceOptions
from kg.sources.category_names import KnownPaths
from kg.sources.checks import Check, sift
from kg.sources.clocks import dates_of
from kg.sources.columns import Plan, check_mapping, plan
from kg.sources.events import with_event_ids
from kg.sources.finding import lone_table, unused_files
from kg.sources.ledger import Ledger
from kg.sources.order_lines import OrderRules, order_lines
from kg.sources.reading import cut, some
from kg.sources.returns import Returned, annulled, cancellations
from kg.sources.survey import placed_products, survey
from kg.sources.table import LINE, is_table, open_table


@dataclass(frozen=True)
class Orders:
    """A file of order lines, planned: its columns, and how to read them."""

    plan: Plan
    rules: OrderRules
    batch_rows: int
    rejects: Rejects

    def lines(self, rejects: Rejects) -> Iterator[pl.DataFrame]:
        """All sound lines, from the start."""
        return order_lines(self.plan, self.rules, rejects)


def is_orders(path: Path) -> bool:
    """Is this a file whose rows name a product, when it was sold, to whom, and for what."""
    if not path.is_file() or not is_table(path):
        return False
    table = open_table(path)
    found = plan("orders", table, {}).columns.keys()
    return (
        {"product_id", "title", "at"} <= found
        and bool({"quantity", "price"} & found)
        and bool({"user_id", "order_id"} & found)
        and "type" not in plan("events", table, {}).columns
    )


def open_orders(path: Path, options: SourceOptions) -> Source:
    """Open a file of order lines, or a folder with nothing else. Raises SourceError."""
    table = open_table(lone_table(path))
    check_mapping(options.mapping, [("orders", table)])
    planned = plan("orders", table, options.mapping)
    for column in ("product_id", "user_id", "at"):
        planned.require("orders", column)
    now = options.now if options.now is not None else int(time.time())
    currency = survey([planned], options.currency).currency
    dates = dates_of([planned], "at", options.day_first)
    rules = OrderRules(currency, now, dates.day_first)
    orders = Orders(planned, rules, options.batch_rows, Rejects(options.rejects))
    return Source(
        name=options.name or path.resolve().name,
        clock="time",
        currency=currency,
        kinds=("products", "events"),
        files=(table.path,),
        options=options,
        rejects=orders.rejects,
        read=partial(read_orders, orders),
        ignored=(
            *unused_files(path, {table.path}),
            *(f"{table.name}: {column}" for column in planned.unused),
        ),
        remarks=(dates.remark,) if dates.remark else (),
    )


def read_orders(orders: Orders) -> Iterator[Batch]:
    """All rows, in two passes over the file, three where something was cancelled."""
    file = orders.plan.table.name
    ledger, cancelled = _first_pass(orders)
    if not cancelled.height and not ledger.products().height:
        for _ in orders.lines(orders.rejects):  # to say why no line can be used
            pass
    products = _canonical(ledger.products(), file, orders.rejects)
    batches = cut("products", file, iter((products,)), orders.batch_rows)
    yield from some(batches, (orders.plan.table,), orders.rejects)
    returned = annulled(cancelled, orders.lines(Rejects()))
    yield from cut("events", file, _purchases(orders, returned), orders.batch_rows)


def _first_pass(orders: Orders) -> tuple[Ledger, pl.DataFrame]:
    ledger, cancelled = Ledger(), []
    for lines in orders.lines(Rejects()):
        ledger.add(lines.filter(~pl.col("cancels")))
        cancelled.append(cancellations(lines))
    return ledger, pl.concat(cancelled) if cancelled else pl.DataFrame()


def _canonical(products: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    cells = products.with_columns(
        pl.lit(None, dtype).alias(name)
        for name, dtype in SCHEMAS["products"].items()
        if name not in products.columns
    ).with_columns(pl.lit(None, pl.String).alias(name) for name in ("categories", "category_id"))
    placed = placed_products(cells, KnownPaths(), None, file, rejects)
    return placed.select(SCHEMAS["products"].names())


def _purchases(orders: Orders, returned: Returned) -> Iterator[pl.DataFrame]:
    """The purchases that stand, as canonical events; what else the lines hold is set aside."""
    undone = pl.DataFrame(
        {LINE: list(returned), "by": list(returned.values())},
        {LINE: pl.Int64(), "by": pl.Int64()},
    )
    checks = (
        Check("cancelled", pl.col("cancels"), "a cancellation of {value} pieces", "quantity"),
        Check("annulled", pl.col("by").is_not_null(), "cancelled by line {value}", "by"),
        Check("no_customer", pl.col("user_id").is_null(), "no customer: for its product only"),
    )
    for lines in orders.lines(orders.rejects):
        marked = lines.join(undone, on=LINE, how="left", maintain_order="left")
        sold = sift(marked, checks, orders.plan.table.name, orders.rejects).with_columns(
            pl.lit("BOUGHT").alias("type"),
            pl.lit(None, pl.Float64).alias("value"),
            pl.lit(None, pl.String).alias("event_id"),
        )
        yield with_event_ids(sold).select(SCHEMAS["events"].names())
