"""`kgrec evaluate` as it is typed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.commands import app
from kg.connection import Settings
from kg.errors import KgrecError
from tests.shops import TOY


def evaluate(*words: str) -> list[dict[str, Any]]:
    """The reports of the command, run in this process: importing what it needs takes seconds."""
    done = CliRunner().invoke(app, ["evaluate", *words, "--json"], catch_exceptions=False)
    reports: list[dict[str, Any]] = json.loads(done.stdout)["reports"]
    return reports


def test_judges_what_is_served_beside_baselines(tmp_path: Path) -> None:
    words = ("--served", "--models", "item-knn,text", "--html", "report.html", "--quiet")
    command = [str(Path(sys.executable).with_name("kgrec")), "evaluate", str(TOY), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("leave-one-out test: 3 users, 3 targets, every one of 12 products")
    rows = {line.split("  ")[0] for line in lines}
    assert {"served paper", "item-knn", "text"} < rows
    assert "<td>served paper</td>" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "name", "users"),
    [
        (["--part", "validation"], "leave-one-out validation", 3),
        (["--split", "file", "--split-file", "pairs.csv"], "pairs.csv test", 1),
        (["--split", "temporal", "--until", "2025-01-09"], "temporal from 2025-01-09", 1),
        (["--split", "new-users", "--share", "0.6"], "new-users", 2),
    ],
)
def test_hides_what_it_is_told(tmp_path: Path, words: list[str], name: str, users: int) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("user_id,product_id,part\nann,shirt,test\nann,sock,train\n")
    given = [str(pairs) if word == "pairs.csv" else word for word in words]
    (report,) = evaluate(str(TOY), "--models", "popularity", *given)
    assert (report["split"], report["users"]) == (name, users)


def test_new_products_are_ranked_among_all_and_among_themselves() -> None:
    words = ("--split", "new-products", "--share", "0.3", "--models", "popularity")
    reports = evaluate(str(TOY), *words)
    assert [each["products"] for each in reports] == [12, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--split", "half"], "--split half: there are leave-one-out, file, temporal,"),
        (["--part", "train"], "--part train: leave-one-out has validation and test"),
        (["--split", "file"], "--split file needs --split-file: which pairs are hidden"),
        (["--split", "temporal"], "--split temporal needs --until: where what is hidden begins"),
        (["--models", "magic"], "--models magic: there are popularity, item-knn,"),
        (["--models", ""], "there is nothing to judge: name --models, or give --served"),
        (
            ["--split", "temporal", "--until", "1"],
            "nobody can be judged by temporal from 1970-01-01T00:00:01:",
        ),
        (["--served", "--recipe", "sweet"], "--recipe sweet: there are paper, learned,"),
        (["--recipe", "learned"], "--recipe says what --served judges: give that as well"),
        (["--until", "2025"], "--until is for --split temporal, not for leave-one-out"),
        (["--split", "new-users", "--share", "1"], "--share 1: it lies between 0 and 1"),
        (["--html", "no/such.html"], "--html no/such.html: its folder does not exist"),
    ],
)
def test_says_what_cannot_be_done(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["evaluate", str(TOY), *words])
    assert isinstance(done.exception, KgrecError)
    assert str(done.exception).startswith(said)


@pytest.mark.neo4j
@pytest.mark.usefixtures("toy_graph")
def test_judges_on_the_graph_in_neo4j_as_on_its_files(
    neo4j_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", neo4j_settings.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_settings.password)
    words = ("--models", "popularity,item-knn,bought-next")
    (in_graph,), (in_files,) = evaluate(*words), evaluate(str(TOY), *words)
    for model in (*in_graph["models"], *in_files["models"]):
        for taken in ("fit_s", "ms_a_user"):
            del model[taken]
        model["measures"].pop("text_diversity@10", None)  # this graph has no vectors
    assert in_graph == in_files
