"""`kgrec train` as it is typed: what it refuses, and Ctrl-C in a real process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from neo4j import Driver
from typer.testing import CliRunner

from cli.commands import app
from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.errors import OptionError
from kg.graph.neo4j import Neo4jGraph
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.conftest import make_empty

KGREC = str(Path(sys.executable).with_name("kgrec"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["magic"], "no model 'magic'; there are items, hetero, lightgcn"),
        (["--device", "abacus"], "no device 'abacus'; there are cpu, cuda, and cuda:N"),
        (["--device", "cuda:99"], "device cuda:99: torch finds"),
    ],
)
def test_says_what_cannot_be_done_before_the_graph_is_read(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["train", *words])
    assert isinstance(done.exception, OptionError)
    assert str(done.exception).startswith(said)


@pytest.mark.neo4j
@pytest.mark.slow
def test_ctrl_c_leaves_a_checkpoint_from_which_the_same_command_goes_on(
    neo4j_settings: Settings, neo4j_driver: Driver, tmp_path: Path
) -> None:
    make_empty(neo4j_driver)
    sample_shop(tmp_path / "shop", 300, 400, seed=7)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        build_graph(graph, open_source(tmp_path / "shop"), BuildOptions(embed=False))
    environment = os.environ | {
        "NEO4J_URI": neo4j_settings.uri,
        "NEO4J_PASSWORD": neo4j_settings.password,
        "KGREC_HOME": str(tmp_path / "home"),
    }
    command = [KGREC, "train", "--device", "cpu", "--epochs", "4"]
    kept = tmp_path / "home" / "training"
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        while run.poll() is None and not list(kept.glob("*.pt")):
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=120)
    assert run.returncode == 130, said
    assert said.splitlines()[-1] == "kgrec: interrupted; the same command goes on from here"
    assert len(list(kept.glob("*.pt"))) == 1
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("goes on from a checkpoint, after epoch ")
    assert "is served: kgrec recommend --user USER" in done.stderr
    assert not kept.exists()
