"""Rank what is out of stock behind all other candidates, where the shop wants it so."""

from collections.abc import Sequence

import numpy as np

from kg.recommend.facts import Facts, Flags
from kg.recommend.walk import Walked
from kg.stock import BEHIND


def late(walked: Walked, facts: Facts) -> Flags:
    """Which candidates [n] rank behind the others: those out of stock, but for the one whose id is
    what was searched for."""
    asked = walked.start.asked
    if asked.out_of_stock != BEHIND:
        return np.zeros(len(facts.codes), np.bool_)
    found = facts.out_of_stock
    named = (walked.start.intent.words or "").casefold()
    if named and found.any():
        found &= np.array([id_.casefold() != named for id_ in facts.ids], np.bool_)
    return found


def behind(ranked: Sequence[int], last: Flags) -> list[int]:
    """Candidates by score with those of mask `last` [n] after the others."""
    if not last.any():
        return list(ranked)
    return [*(at for at in ranked if not last[at]), *(at for at in ranked if last[at])]
