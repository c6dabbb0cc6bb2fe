"""Stages are measured in order; counts are kept by kind."""

import time

from kg.stages import Stages, Tally


def test_stages_come_in_order_and_the_same_name_adds_up() -> None:
    stages = Stages()
    for name, before in (("nodes", 0), ("events", 1), ("nodes", 2)):
        with stages.stage(name):
            assert len(stages.done) == before
    assert [stage.name for stage in stages.done] == ["nodes", "events"]
    assert all(stage.peak_mb > 10 for stage in stages.done)


def test_a_stage_notes_the_most_memory_that_was_held() -> None:
    stages = Stages()
    with stages.stage("before"):
        assert stages.done == []
    with stages.stage("large"):
        held = bytearray(200_000_000)
        held[::4096] = b"1" * len(held[::4096])
        time.sleep(0.5)  # long enough for a sample to be taken
        del held
    before, large = (stage.peak_mb for stage in stages.done)
    assert large - before > 150


def test_only_what_was_written_counts_as_written() -> None:
    tally = Tally()
    tally.add("Product", "created", 2)
    tally.add("Product", "unchanged", 5)
    tally.add("BOUGHT", "removed", 1)
    tally.add("BOUGHT", "changed", 0)
    tally.add("events", "after until", 7)
    assert tally.counts == {
        "Product": {"created": 2, "unchanged": 5},
        "BOUGHT": {"removed": 1},
        "events": {"after until": 7},
    }
    assert tally.written == 3
