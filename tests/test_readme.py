"""The README's commands run as printed."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kg.connection import Settings

README = Path(__file__).parent.parent / "README.md"
KGREC = Path(sys.executable).with_name("kgrec")


def blocks(kind: str) -> list[str]:
    return re.findall(
        rf"^```{kind}\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def shell_session() -> list[list[str]]:
    lines = "".join(blocks("console")).splitlines()
    return [shlex.split(line[2:]) for line in lines if line.startswith("$ ")]


def run(command: list[str], folder: Path, settings: Settings) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "",
        "HOME": str(folder),
        "NEO4J_URI": settings.uri,
        "NEO4J_USERNAME": settings.username,
        "NEO4J_PASSWORD": settings.password,
        "NEO4J_DATABASE": settings.database,
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


def test_the_shell_session_has_the_main_commands() -> None:
    named = [command[1] for command in shell_session()]
    assert named[:4] == ["sample-shop", "build-graph", "train", "recommend"]


@pytest.mark.neo4j
@pytest.mark.usefixtures("neo4j_graph")
def test_both_sessions_run_as_printed(neo4j_settings: Settings, tmp_path: Path) -> None:
    for program, *arguments in shell_session():
        assert program == "kgrec"
        done = run([str(KGREC), *arguments], tmp_path, neo4j_settings)
        assert (done.returncode, done.stderr if done.returncode else "") == (0, ""), arguments
    (session,) = blocks("python")
    done = run([sys.executable, "-c", session], tmp_path, neo4j_settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 10
