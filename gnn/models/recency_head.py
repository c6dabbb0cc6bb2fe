"""A user's vector from the latest products: the newest weighs most."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.recommend.learned import Head

STEP = 0.6
"""What a product weighs at first beside the one after it."""


class RecencyHead(nn.Module):
    """u = m + FFN(m), m = sum over the history of (positional share + attention share) * vector.

    The attention asks with the latest product's vector. Histories are [b, l], latest first.
    """

    def __init__(self, dimension: int, length: int, attention: int = 32) -> None:
        super().__init__()
        self.position = nn.Parameter(torch.arange(length) * torch.tensor(STEP).log())
        self.ask = nn.Linear(dimension, attention, bias=False)
        self.key = nn.Linear(dimension, attention, bias=False)
        self.gate = nn.Parameter(torch.zeros(()))
        self.widen = nn.Linear(dimension, 2 * dimension)
        self.narrow = nn.Linear(2 * dimension, dimension)
        nn.init.zeros_(self.narrow.weight)
        nn.init.zeros_(self.narrow.bias)

    def forward(self, vectors: Tensor, present: Tensor) -> Tensor:
        """vectors [b, l, d] and which of them are there [b, l] -> users [b, d] of unit length."""
        missing = ~present
        place = self.position.expand(present.shape).masked_fill(missing, -torch.inf).softmax(1)
        asked = self.ask(vectors[:, :1]) @ self.key(vectors).transpose(1, 2)
        heed = asked.squeeze(1).masked_fill(missing, -torch.inf).softmax(1)
        shares = place + self.gate * heed
        pooled = (shares[:, :, None] * vectors).sum(1)
        moved = pooled + self.narrow(functional.gelu(self.widen(pooled), approximate="tanh"))
        return functional.normalize(moved, dim=1)

    def served(self) -> Head:
        """The head as the request path evaluates it, in numpy."""
        state = {name: value.cpu().double().numpy() for name, value in self.state_dict().items()}
        return Head(
            position=state["position"],
            ask=state["ask.weight"],
            key=state["key.weight"],
            gate=state["gate"],
            widen=state["widen.weight"],
            widen_bias=state["widen.bias"],
            narrow=state["narrow.weight"],
            narrow_bias=state["narrow.bias"],
        )
