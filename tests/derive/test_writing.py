"""What makes the wanted edges of the stored ones: created, changed, removed, left alone."""

import numpy as np
import polars as pl

from kg.derive import Edges
from kg.derive.writing import edge_changes, edge_rows, id_rows

IDS = pl.Series(["a", "b", "c", "d"])


def edges(*rows: tuple[int, int, float, int]) -> Edges:
    columns = list(zip(*rows, strict=True)) or [()] * 4
    kinds = (np.int32, np.int32, np.float64, np.int32)
    return Edges(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def test_an_edge_is_created_changed_removed_or_left_alone() -> None:
    stored = edges((0, 1, 0.5, 2), (0, 2, 0.4, 1), (1, 0, 0.3, 1))
    wanted = edges((0, 1, 0.5, 2), (0, 2, 0.4, 2), (0, 3, 0.1, 1))
    change = edge_changes(stored, wanted)
    assert edge_rows(change.new, IDS) == [("a", [("d", 0.1, 1)])]
    assert edge_rows(change.changed, IDS) == [("a", [("c", 0.4, 2)])]
    assert id_rows(change.gone, IDS) == [("b", ["a"])]
    assert (change.unchanged, change.doubled) == (1, False)


def test_an_edge_that_is_stored_twice_is_removed_and_made_anew() -> None:
    change = edge_changes(edges((0, 1, 0.5, 2), (0, 1, 0.5, 2)), edges((0, 1, 0.5, 2)))
    assert edge_rows(change.new, IDS) == [("a", [("b", 0.5, 2)])]
    assert id_rows(change.gone, IDS) == [("a", ["b"])]
    assert (change.unchanged, change.doubled) == (0, True)


def test_nothing_becomes_of_nothing() -> None:
    change = edge_changes(edges(), edges())
    assert edge_rows(change.new, IDS) == edge_rows(change.changed, IDS) == []
    assert id_rows(change.gone, IDS) == []
