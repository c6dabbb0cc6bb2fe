"""The recipe that is fitted on past events, evaluated in numpy as it is stored in the graph."""

from kg.recommend.learned.head import Head
from kg.recommend.learned.model import LearnedModel, pack, unpack
from kg.recommend.learned.ranker import CONTENT, GROUPS, RANKED, Ranker
from kg.recommend.learned.words import Words, telling

__all__ = [
    "CONTENT",
    "GROUPS",
    "RANKED",
    "Head",
    "LearnedModel",
    "Ranker",
    "Words",
    "pack",
    "telling",
    "unpack",
]
