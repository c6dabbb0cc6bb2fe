"""Put a product into a graph that is served, or take it out: the next request knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.catalog import SCHEMAS, Batch, Rejects
from kg.embed.slots import property_of, served_text
from kg.embed.stale import TEXTS
from kg.embed.texts import text_hash
from kg.errors import NotFound, OptionError
from kg.live.rows import text_rows
from kg.live.writing import SOURCE, live_meta, live_writer
from kg.load.names import write_names
from kg.load.placement import write_places
from kg.load.products import Catalogue, write_products
from kg.meta import Meta, raise_revision
from kg.recommend.served import Encoder
from kg.sources.products import ProductRules, clean_products
from kg.sources.seen import Seen
from kg.sources.survey import Survey

if TYPE_CHECKING:
    from kg.graph.neo4j import Neo4jGraph

FILE = "product"


@dataclass(frozen=True)
class PutSummary:
    """What became of a product: `support` is what recommends it until the next refresh; so
    long it stands last among the products of its brand and categories."""

    created: bool
    changed: bool
    embedded: bool
    support: str


@dataclass(frozen=True)
class DeleteSummary:
    """What went with a product: `events` of users."""

    events: int


def put_product(
    graph: "Neo4jGraph", product: Mapping[str, Any], encoder: Encoder | None = None
) -> PutSummary:
    """Write a product as a row of a catalogue says it, and embed its text.

    Categories are paths, lists of names root first. Without an encoder the text waits for the next
    refresh. Raises OptionError for what cannot be read, GraphError, ConnectionFailed.
    """
    return _written(graph, live_meta(graph), product, encoder)


def patch_product(
    graph: "Neo4jGraph",
    product_id: str,
    changes: Mapping[str, Any],
    encoder: Encoder | None = None,
) -> PutSummary:
    """Change these fields of a product and no others, whoever wrote it; None empties a field.

    A later load that reads its row again sets what that says. Raises NotFound, else as
    `put_product` does.
    """
    meta = live_meta(graph)
    rows = graph.read("write/product_row", product_id=product_id)
    if not rows:
        raise NotFound(f"no product {product_id!r} in the graph")
    row = {**rows[0], **changes, "product_id": product_id}
    return _written(graph, meta, row, encoder, rows[0]["source"])


def _written(
    graph: "Neo4jGraph",
    meta: Meta,
    product: Mapping[str, Any],
    encoder: Encoder | None,
    source: str = SOURCE,
) -> PutSummary:
    batch = _checked(product, meta)
    writer = live_writer(graph, meta, source)
    catalogue = Catalogue()
    write_products(writer, catalogue, batch, None)
    write_names(writer, catalogue.names, whole=False)
    write_places(writer, catalogue.places)
    product_id = batch.frame["product_id"][0]
    graph.write("write/placed_last", product_id=product_id)
    embedded = encoder is not None and _embedded(graph, product_id, encoder)
    has_text = graph.read("write/product_text", product_id=product_id)[0]["text_hash"] is not None
    counts = writer.tally.counts
    if writer.tally.written and not embedded:
        raise_revision(graph)
    return PutSummary(
        created=bool(counts.get("Product", {}).get("created")),
        changed=bool(writer.tally.written),
        embedded=embedded,
        support="graph and text" if has_text else "graph",
    )


def _checked(product: Mapping[str, Any], meta: Meta) -> Batch:
    """The product as a canonical row. Raises OptionError with what is wrong with it."""
    rejects = Rejects()
    rules = ProductRules(Survey(meta.currency))
    row = {**product, "categories": None, "category_path": product.get("categories")}
    frames = clean_products([text_rows("products", [row])], rules, FILE, rejects, Seen())
    frame = next(iter(frames)).cast(SCHEMAS["products"])
    if not frame.height:
        raise OptionError(f"the product cannot be taken: {rejects.first[0].reason}")
    return Batch("products", frame, 0, FILE)


def _embedded(graph: "Neo4jGraph", product_id: str, encoder: Encoder) -> bool:
    """Embed a product whose text is not that of its vector; whether there was something to do."""
    served = served_text(graph)
    row = graph.read("write/product_text", product_id=product_id)[0]
    text = TEXTS["product"](row)
    if not (text and served.slot and served.revision):
        return False
    hashed = text_hash(text, served.revision)
    if row["text_hash"] == hashed:
        return False
    vector = np.asarray(encoder.encode([text])[0], np.float32)
    graph.write(
        "write/product_vectors",
        property=property_of(served.slot),
        ids=[product_id],
        hashes=[hashed],
        vectors=[vector],
    )
    return True


def delete_product(graph: "Neo4jGraph", product_id: str) -> DeleteSummary:
    """Remove a product with all that hangs on it. Raises NotFound, GraphError, ConnectionFailed."""
    live_meta(graph)
    rows = graph.write("write/delete_product", product_id=product_id)
    if not rows:
        raise NotFound(f"no product {product_id!r} in the graph")
    raise_revision(graph)
    return DeleteSummary(rows[0]["events"])
