"""Every option of every command with values that nobody means: one line, and never a traceback."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.commands import app
from cli.main import main
from tests.conftest import TOY_SHOP

ODD = (
    "",
    " ",
    "-1",
    "--5",
    "0",
    "nan",
    "1e400",
    "9" * 400,
    str(2**63),
    "²",
    "🏕",
    "a\nb",
    "x" * 5000,
    "/nowhere/at/all.csv",
    "=",
    "next=nan",
)

LONG_RUNNING = {"refresh --every", "serve --port"}
"""Options with values among ODD that are in order, and with which the command does not end."""

PROGRESSING = {"sample-shop", "demo", "snapshot"}
"""Commands that say how far they have come before they meet an error."""

NEEDED = {
    "build-graph": [str(TOY_SHOP)],
    "explain": ["--product=runner"],
    "similar": ["runner"],
    "forget-user": ["ann"],
    "sample-shop": ["made", "--products=1", "--users=0"],
    "keys create": ["shop"],
    "keys revoke": ["1"],
    "rules add": ["hide", "--product=runner"],
    "rules end": ["1"],
}
"""What a command cannot do without: arguments in their order, then options."""


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Each command by what is typed, with what Typer knows of it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


BUILT = typer.main.get_command(app)
"""The commands as Typer makes them of their functions: once, and not for each of the runs."""

COMMANDS = dict(commands(BUILT))
VALUED = [
    (name, parameter)
    for name, command in COMMANDS.items()
    for parameter in command.params
    if not getattr(parameter, "is_flag", False)
]
"""Every argument, and every option that takes a value."""


def words_of(name: str, parameter: Any, value: str) -> list[str]:
    """A command with this value, and whatever else it needs."""
    needed = NEEDED.get(name, [])
    arguments = [each for each in needed if not each.startswith("--")]
    options = [each for each in needed if each.startswith("--")]
    if parameter.param_type_name == "argument":
        return [*name.split(), *options, "--", value, *arguments[1:]]
    option = max(parameter.opts, key=len)
    others = [each for each in options if not each.startswith(f"{option}=")]
    return [*name.split(), *others, f"{option}={value}", "--", *arguments]


Ended = Callable[[list[str]], tuple[int, str]]


@pytest.fixture
def ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Ended:
    """How a command with these words ends: its status, and what it says on stderr."""
    monkeypatch.setenv("KGREC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.setattr("cli.commands.app", BUILT)
    monkeypatch.chdir(tmp_path)

    def run(words: list[str]) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["kgrec", *words])
        with pytest.raises(SystemExit) as ending:
            main()
        assert isinstance(ending.value.code, int)
        return ending.value.code, capsys.readouterr().err

    return run


def check(words: list[str], status: int, said: str) -> None:
    """An error is one line that says what to do; nothing is an error that nobody foresaw."""
    assert "Traceback" not in said, words
    assert "did not foresee" not in said, (words, said)
    assert status in (0, 1, 2), (words, said)
    if status:
        lines = said.splitlines()  # how far long work has come may stand before it
        errors = [line for line in lines if line.startswith("kgrec: ")]
        assert errors == lines[-1:], (words, said)
        assert len(lines) == 1 or words[0] in PROGRESSING, (words, said)


@pytest.mark.parametrize(
    ("name", "parameter"),
    VALUED,
    ids=[f"{name} {max(parameter.opts, key=len)}" for name, parameter in VALUED],
)
def test_an_odd_value_is_refused_in_a_line_or_means_something(
    ended: Ended, tmp_path: Path, name: str, parameter: Any
) -> None:
    if f"{name} {max(parameter.opts, key=len)}" in LONG_RUNNING:
        pytest.skip("run by itself below")
    for value in ODD:
        words = words_of(name, parameter, value)
        check(words, *ended(words))
    assert not (tmp_path / "home" / "reports").exists()


@pytest.mark.parametrize(
    "words",
    [
        *(
            ["refresh", f"--every={span}"]
            for span in ("", "0s", "-1h", "²s", "1e9d", "9" * 400 + "d")
        ),
        *(["serve", f"--port={port}"] for port in ("", "-1", "65536", "²", "1.5", "9" * 400)),
    ],
)
def test_a_span_or_port_that_cannot_be_is_refused(ended: Ended, words: list[str]) -> None:
    status, said = ended(words)
    check(words, status, said)
    assert status == 2


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:7474",
        "127.0.0.1:7687",
        "bolt://",
        "bolt://127.0.0.1:99999",
        "bolt://[::1",
        "bolt://127.0.0.1:x",
        "neo4j://a b",
        "bolt://127.0.0.1:1?policy=x",
        "bolt+unix:///nowhere",
        "bolt://lea:secret@127.0.0.1:1",
        "nonsense",
        " ",
    ],
)
def test_an_address_that_is_none_is_a_line(
    ended: Ended, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    monkeypatch.setenv("NEO4J_URI", uri)
    for words in (["doctor"], ["db", "status"], ["db", "browser"], ["recommend", "--json"]):
        status, said = ended(words)
        if "--json" in words:
            assert (status, list(json.loads(said))) == (1, ["error"])
        else:
            check(words, status, said)
        assert "secret" not in said


@pytest.mark.parametrize("home", ["/proc/nowhere/home", "file/home", "file", "x" * 300])
def test_a_home_that_cannot_be_written_is_a_line(
    ended: Ended, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KGREC_HOME", home)
    for uri in ("bolt://127.0.0.1:1", ""):
        monkeypatch.setenv("NEO4J_URI", uri)
        for words in (
            ["recommend", "--user=ann"],
            ["keys", "list"],
            ["keys", "create", "shop"],
            ["keys", "revoke", "1"],
            ["serve", "--port=0"],
            ["impressions", "export"],
            ["train"],
            ["demo"],
            ["snapshot"],
            ["db", "status"],
            ["db", "stop"],
            ["forget-user", "ann"],
        ):
            check(words, *ended(words))
