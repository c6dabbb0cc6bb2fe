"""TensorBoard's event files, read back by TensorBoard."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from gnn.config import ItemConfig, LearnConfig, RankerConfig
from gnn.learn import learn
from gnn.log import event_files
from kg.errors import OptionError
from kg.snapshot import snapshot_of
from kg.sources import open_source

TOY_SHOP = Path(__file__).parent.parent / "toy_shop"
SMALL = ItemConfig(dimension=8, epochs=3, batch=4, negatives=8, device="cpu")


def test_both_trainings_log_every_epoch(tmp_path: Path) -> None:
    config = LearnConfig(replace(SMALL, patience=3), RankerConfig(epochs=1))
    learned = learn(snapshot_of(open_source(TOY_SHOP)), config, log_dir=tmp_path)
    past, whole = (EventAccumulator(str(tmp_path / name)).Reload() for name in ("past", "whole"))
    assert set(past.Tags()["scalars"]) == {"loss", "ndcg@10", "rate", "seconds", "temperature"}
    measured = [(event.step, event.value) for event in past.Scalars("ndcg@10")]
    assert measured == [
        (epoch, pytest.approx(value)) for epoch, value in enumerate(learned.measured, 1)
    ]
    assert [event.value for event in whole.Scalars("loss")] == pytest.approx(list(learned.losses))
    assert "ndcg@10" not in whole.Tags()["scalars"]


def test_without_tensorboard_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)  # as if it were not there
    with pytest.raises(OptionError) as error, event_files(tmp_path):
        pytest.fail("not reached")
    assert str(error.value) == (
        "event files need TensorBoard: pip install 'kgrec[tensorboard]', or leave --log-dir out"
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OptionError, match=r"--log-dir .*/file/logs: Not a directory"),
        event_files(tmp_path / "file" / "logs"),
    ):
        pytest.fail("not reached")
