import numpy as np

from kg.recommend.learned.vectors import VectorCache
from kg.recommend.numbered import Numbered
from kg.recommend.types import Vector


def test_vectors_are_read_once_and_zero_where_there_is_none() -> None:
    products, asked = Numbered(), list[list[str]]()

    def read(ids: list[str]) -> dict[str, Vector]:
        asked.append(ids)
        return {each: np.array([ord(each), 1], np.float32) for each in ids if each != "n"}

    cache = VectorCache(read, 2, products, limit=3)
    assert cache.at(products.of(["b", "n", "b"])).tolist() == [[98, 1], [0, 0], [98, 1]]
    assert cache.at(products.of(["a", "n"])).tolist() == [[97, 1], [0, 0]]
    assert asked == [["b", "n"], ["a"]]
    assert cache.at(products.of(["c", "a", "b"])).tolist() == [[99, 1], [97, 1], [98, 1]]
    assert asked[2:] == [["c"], ["b", "a"]]  # the fourth is one too many: all begins anew
    assert cache.at(products.of([])).shape == (0, 2)
