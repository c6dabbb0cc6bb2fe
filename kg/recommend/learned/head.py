"""A user's learned vector from the vectors of the latest products.

It is computed at every request, so that a click changes the next answer without training.
"""

from dataclasses import dataclass

import numpy as np

from kg.recommend.types import Numbers


@dataclass(frozen=True, eq=False)
class Head:
    """u = m + FFN(m), m = sum over the history of (positional + gate * attention share) * vector.

    For a history of at most l products, d dimensions: position [l], the latest first; ask and key
    [a, d]; gate []; widen [h, d] with widen_bias [h], narrow [d, h] with narrow_bias [d].
    `gnn.models.recency_head` is what these are learned with.
    """

    position: Numbers
    ask: Numbers
    key: Numbers
    gate: Numbers
    widen: Numbers
    widen_bias: Numbers
    narrow: Numbers
    narrow_bias: Numbers

    @property
    def length(self) -> int:
        """How many of the latest products count."""
        return len(self.position)

    def user(self, vectors: Numbers) -> Numbers:
        """The vector [d], of unit length, of who has products with vectors [m, d], latest first.

        A user without products gets zeros.
        """
        vectors = vectors[: self.length]
        if not len(vectors):
            return np.zeros(self.ask.shape[1])
        place = _shares(self.position[: len(vectors)])
        heed = _shares((self.key @ vectors.T).T @ (self.ask @ vectors[0]))
        pooled = (place + self.gate * heed) @ vectors
        wide = _gelu(self.widen @ pooled + self.widen_bias)
        moved = pooled + self.narrow @ wide + self.narrow_bias
        length = float(np.linalg.norm(moved))
        return np.asarray(moved / length if length > 0 else moved)


def _shares(values: Numbers) -> Numbers:
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum())


def _gelu(values: Numbers) -> Numbers:
    """In the form with tanh. (Hendrycks and Gimpel, 2016)"""
    inner = np.sqrt(2 / np.pi) * (values + 0.044715 * values**3)
    return np.asarray(0.5 * values * (1 + np.tanh(inner)))
