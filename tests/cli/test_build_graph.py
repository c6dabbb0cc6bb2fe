"""`kgrec build-graph` as it is typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from neo4j import Driver

from kg.connection import Settings
from tests.shops import TOY, clear

pytestmark = pytest.mark.neo4j


def kgrec(settings: Settings, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the session's server."""
    login = {"NEO4J_URI": settings.uri, "NEO4J_PASSWORD": settings.password}
    return subprocess.run(
        [str(Path(sys.executable).with_name("kgrec")), "build-graph", *words],
        env={**os.environ, **login, "COLUMNS": "100"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_builds_and_says_what_it_did(
    neo4j_settings: Settings, neo4j_driver: Driver, tmp_path: Path
) -> None:
    clear(neo4j_driver)
    done = kgrec(neo4j_settings, tmp_path, str(TOY), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["totals"]["Product"] == 12
    assert told["changes"]["BOUGHT_NEXT"] == {"created": 8}
    assert told["embeddings"]["embedded"] == 26
    assert {"nodes", "relationships", "events", "derived"} < {s["name"] for s in told["stages"]}
    again = kgrec(neo4j_settings, tmp_path, str(TOY))
    assert "toy_shop has not changed: nothing to do." in again.stdout
    assert list(tmp_path.iterdir()) == []  # no rejects, no file


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["nowhere"], 1, "kgrec: nowhere does not exist; give a folder or file of a shop"),
        ([str(TOY), "--map", "at"], 2, "kgrec: --map 'at' is no COLUMN=NAME, as in at=position"),
    ],
)
def test_an_expected_error_is_one_line(
    neo4j_settings: Settings, tmp_path: Path, words: list[str], status: int, told: str
) -> None:
    done = kgrec(neo4j_settings, tmp_path, *words)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (status, "", told)
