"""A believable shop, made up: a catalogue, its users' hidden tastes, and a year of their events."""

from kg.sources.sample_shop.write import HEADERS, Written, sample_shop

__all__ = ["HEADERS", "Written", "sample_shop"]
