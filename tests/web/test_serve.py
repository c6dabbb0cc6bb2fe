"""`kgrec serve` as a process: it listens, answers, and stops when told to."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from kg.build import build_graph
from kg.connection import Settings
from kg.errors import OptionError
from kg.graph.neo4j import Neo4jGraph
from kg.sources import open_source
from tests.recommend.conftest import TOY_SHOP

KGREC = str(Path(sys.executable).with_name("kgrec"))


def test_an_address_that_others_can_reach_needs_keys(tmp_path: Path) -> None:
    environment = {"KGREC_HOME": str(tmp_path)}
    result = CliRunner().invoke(app, ["serve", "--host", "0.0.0.0"], env=environment)
    assert isinstance(result.exception, OptionError)
    assert str(result.exception) == (
        "at 0.0.0.0 the service asks for keys, and there are none: make one with"
        " kgrec keys create NAME"
    )


def test_the_command_line_does_not_wait_for_the_web() -> None:
    asked = "import cli.main, sys; print({'fastapi', 'uvicorn', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "NEO4J_URI": settings.uri,
        "NEO4J_USERNAME": settings.username,
        "NEO4J_PASSWORD": settings.password,
        "NEO4J_DATABASE": settings.database,
    }


@pytest.mark.neo4j
@pytest.mark.parametrize("engine", ["neo4j", "memory"])
def test_it_serves_a_graph_until_it_is_told_to_stop(
    engine: str, neo4j_graph: Neo4jGraph, neo4j_settings: Settings
) -> None:
    build_graph(neo4j_graph, open_source(TOY_SHOP))
    command = [KGREC, "serve", "--port", "0", "--engine", engine]
    env = environment(neo4j_settings)
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        try:
            said = run.stderr.readline()
            found = re.match(r"kgrec serves (http://127\.0\.0\.1:\d+) ", said)
            assert found is not None, said + run.stderr.read()
            with urllib.request.urlopen(f"{found[1]}/v1/hot?k=3", timeout=60) as answer:
                listed = json.load(answer)
        finally:
            run.send_signal(signal.SIGTERM)
        _, rest = run.communicate(timeout=60)
    assert run.returncode == 0
    (line,) = map(json.loads, rest.splitlines())
    told = (line["said"], line["method"], line["route"], line["status"])
    assert told == ("answered", "GET", "/v1/hot", 200)
    ids = [each["product_id"] for each in listed["results"]]
    asked = [KGREC, "hot", "-k", "3", "--json"]
    done = subprocess.run(asked, env=env, capture_output=True, text=True, check=True)
    assert ids == [each["product_id"] for each in json.loads(done.stdout)["results"]]
