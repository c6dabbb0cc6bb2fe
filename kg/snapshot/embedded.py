"""Give a snapshot the vectors of its texts, by the same texts as the graph's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from kg.embed.texts import brand_text, category_text, product_text
from kg.snapshot.types import Matrix, Snapshot, Vectors

Encode = Callable[[Sequence[str]], Matrix]


def embedded(
    snapshot: Snapshot, encode: Encode, encoder: str, revision: str | None = None
) -> Snapshot:
    """The snapshot with a vector for every product, brand and category that has a text.

    `encode` turns texts [n] into vectors [n, d] of unit length; `encoder` is its name, `revision`
    tells its models apart.
    """
    vectors = Vectors(
        product=_vectors(encode, list(_product_texts(snapshot))),
        brand=_vectors(encode, [brand_text(name) for name in snapshot.brands.name]),
        category=_vectors(encode, list(_category_texts(snapshot))),
    )
    dimension = vectors.product.shape[1]
    meta = replace(
        snapshot.meta,
        encoder=encoder,
        encoder_revision=revision,
        dimension=dimension,
        text_slot="a",
    )
    return replace(snapshot, text=vectors, meta=meta)


def _product_texts(snapshot: Snapshot) -> Iterator[str]:
    products, names = snapshot.products, snapshot.categories.name
    brands = (*snapshot.brands.name, None)  # of code -1: none
    for code, (title, description) in enumerate(
        zip(products.title, products.description, strict=True)
    ):
        own = [names[category] for category in snapshot.product_categories.of(code)]
        yield product_text(title, description, brands[products.brand[code]], own)


def _category_texts(snapshot: Snapshot) -> Iterator[str]:
    names = snapshot.categories.name
    for code in range(len(names)):
        path, above = [names[code]], int(snapshot.parent[code])
        while above >= 0:
            path.append(names[above])
            above = int(snapshot.parent[above])
        yield category_text(path[::-1])


def _vectors(encode: Encode, texts: Sequence[str]) -> Matrix:
    """Vectors [n, d] of texts [n]; a row of zeros for an empty text."""
    said = [place for place, text in enumerate(texts) if text]
    vectors = encode([texts[place] for place in said])
    matrix = np.zeros((len(texts), vectors.shape[1]), np.float32)
    matrix[said] = vectors
    return matrix
