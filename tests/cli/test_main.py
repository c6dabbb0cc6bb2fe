"""How the command ends: expected errors in one line, Ctrl-C with what to do."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.ending import NO_MEMORY
from cli.main import main
from kg.errors import OptionError, SourceError

KGREC = str(Path(sys.executable).with_name("kgrec"))


def test_an_expected_error_is_one_line_and_status_1(tmp_path: Path) -> None:
    done = subprocess.run(
        [KGREC, "build-graph", "nowhere"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kgrec: ")
    assert done.stderr.count("\n") == 1


def test_a_bad_option_is_status_2_whoever_finds_it(tmp_path: Path) -> None:
    for words in (
        ["recommend", "-k", "0"],
        ["refresh", "--every", "5"],
        ["build-graph", ".", "--map", "at"],
        ["recommend", "--user", ""],
    ):
        done = subprocess.run([KGREC, *words], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr


def test_with_json_an_error_is_an_object_on_stderr(tmp_path: Path) -> None:
    command = [KGREC, "build-graph", "nowhere", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    told = "nowhere does not exist; give a folder or file of a shop"
    assert json.loads(done.stderr) == {"error": told}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["recommend", "--colour", "red"], "No such option: --colour"),
        (["explain", "--user", "ann"], "Missing option '--product'."),
        (["similar"], "Missing argument 'PRODUCT'."),
        (["recommend", "-k", "many"], "Invalid value for '-k' / '--count'"),
        (["db", "reset"], "No such option: --json"),
        (["recommended"], "No such command 'recommended'."),
        (["--colour"], "No such option: --colour"),
        (["recommend", "--user", ""], "--user is empty: give an id, or leave it out"),
    ],
)
def test_with_json_a_bad_option_is_an_object_whoever_finds_it(words: list[str], told: str) -> None:
    done = subprocess.run([KGREC, *words, "--json"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    ((name, error),) = json.loads(done.stderr).items()
    assert (name, error[: len(told)]) == ("error", told)


def test_a_key_is_revoked_in_json_as_it_was_made(tmp_path: Path) -> None:
    def run(*words: str) -> dict[str, str]:
        environment = {**os.environ, "KGREC_HOME": str(tmp_path)}
        done = subprocess.run(
            [KGREC, "keys", *words, "--json"], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    made = run("create", "shop", "--scope", "write")
    assert run("revoke", made["id"]) == {"id": made["id"], "name": "shop", "scope": "write"}


def test_ctrl_c_says_that_the_same_command_goes_on(tmp_path: Path) -> None:
    many = ["sample-shop", "big", "--products", "1000000"]
    with subprocess.Popen([KGREC, *many], cwd=tmp_path, stderr=subprocess.PIPE, text=True) as run:
        while not (tmp_path / "big").exists():
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (
        130,
        "kgrec: interrupted; the same command goes on from here\n",
    )


class Command:
    """Stands for the commands: raises what it is given."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, words: list[str], **_: object) -> None:
        raise self.error


@pytest.fixture
def ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Callable[..., tuple[int, str]]]:
    """How a command with these words ends that raises an error: its status, and what it says."""
    monkeypatch.setenv("KGREC_HOME", str(tmp_path))
    before = signal.getsignal(signal.SIGINT)

    def ended(error: BaseException, *words: str) -> tuple[int, str]:
        monkeypatch.setattr("cli.commands.app", Command(error))
        monkeypatch.setattr(sys, "argv", ["kgrec", *words])
        with pytest.raises(SystemExit) as ending:
            main()
        assert isinstance(ending.value.code, int)
        return ending.value.code, capsys.readouterr().err

    yield ended
    signal.signal(signal.SIGINT, before)


INTERRUPTED = (130, "kgrec: interrupted; the same command goes on from here\n")


def raised(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt(),
        raised(SystemError("returned a result with an exception set"), KeyboardInterrupt()),
        raised(ImportError("numpy"), raised(ValueError(), KeyboardInterrupt())),
    ],
)
def test_ctrl_c_is_one_line_whatever_a_library_makes_of_it(
    ends: Callable[..., tuple[int, str]], error: BaseException
) -> None:
    assert ends(error) == INTERRUPTED


def test_ctrl_c_while_modules_are_imported_is_one_line() -> None:
    """Whenever it comes after Python itself has begun: here as the first module is imported."""
    code = (
        "import sys, os, signal\n"
        "class Press:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == MODULE: os.kill(os.getpid(), signal.SIGINT)\n"
        "from cli.main import main\n"
        "sys.meta_path.insert(0, Press())\n"
        "main()"
    )
    for module in ("cli.ending", "typer", "polars"):
        command = [sys.executable, "-c", f"MODULE = {module!r}\n{code}", "build-graph", "nowhere"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == INTERRUPTED, module


class PanicException(BaseException):
    """Like that of polars, which is no Exception."""


@pytest.mark.parametrize("error", [ZeroDivisionError("ann"), PanicException("ann")])
def test_an_error_that_nobody_foresaw_is_one_line_and_a_report(
    ends: Callable[..., tuple[int, str]], tmp_path: Path, error: BaseException
) -> None:
    status, said = ends(error, "recommend", "--user=ann", "--query", "tent")
    (report,) = (tmp_path / "reports").iterdir()
    assert (status, said) == (
        1,
        f"kgrec: an error that kgrec did not foresee: {type(error).__name__};"
        f" a report is in {report}\n",
    )
    text = report.read_text()
    assert "command: kgrec recommend --user --query\n" in text
    assert f"{type(error).__name__}: ann" in text
    assert "in __call__\n    raise self.error\n" in text
    assert (report.stat().st_mode & 0o777, report.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    error.__traceback__ = None
    assert ends(error, "recommend", "--user=ann", "--query", "tent") == (1, said)
    assert list((tmp_path / "reports").iterdir()) == [report]


def test_a_report_holds_no_password_and_no_key(
    ends: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("of-the-home\n")
    monkeypatch.setenv("NEO4J_PASSWORD", "of-the-server")
    key = "kgrec_0a1b2c3d_" + "s-e_cret" * 5
    ends(ValueError(f"bolt://lea:lea's@shop of-the-home of-the-server {key}"))
    (report,) = (tmp_path / "reports").iterdir()
    said = report.read_text().splitlines()[-1]
    assert said == "ValueError: bolt://***@shop *** *** kgrec_***"


def test_where_the_home_cannot_be_written_a_report_goes_among_temporary_files(
    ends: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KGREC_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _, said = ends(ZeroDivisionError())
    (report,) = (tmp_path / f"kgrec-{os.getuid()}").iterdir()
    assert said.endswith(f"; a report is in {report}\n")
    report.unlink()
    report.parent.rmdir()
    report.parent.touch()
    _, said = ends(ZeroDivisionError())
    assert said.endswith("; no report could be written; kgrec --debug shows it\n")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OptionError("no engine"), 2, "no engine"),
        (SourceError("two\nlines"), 1, "two lines"),
        (PermissionError(13, "Permission denied", "/a"), 1, "cannot use /a: Permission denied"),
        (OSError(28, "No space left on device", "/a"), 1, "cannot use /a: No space left on device"),
        (MemoryError(), 1, NO_MEMORY),
    ],
)
def test_what_the_user_can_act_on_is_said_without_a_report(
    ends: Callable[..., tuple[int, str]],
    tmp_path: Path,
    error: BaseException,
    status: int,
    said: str,
) -> None:
    assert ends(error, "db") == (status, f"kgrec: {said}\n")
    assert list(tmp_path.iterdir()) == []


def test_with_debug_the_trace_comes_first(ends: Callable[..., tuple[int, str]]) -> None:
    _, said = ends(OptionError("no engine"), "--debug", "recommend")
    assert said.startswith("Traceback (most recent call last):\n")
    assert said.endswith("OptionError: no engine\nkgrec: no engine\n")
    _, said = ends(OptionError("no engine"), "recommend", "--query", "--debug")
    assert said == "kgrec: no engine\n"


def test_words_that_are_no_text_are_refused() -> None:
    done = subprocess.run([KGREC.encode(), b"recommend", b"--query", b"\xff"], capture_output=True)
    said = b"kgrec: '\\xff' is no UTF-8 text: write it in UTF-8\n"
    assert (done.returncode, done.stderr) == (2, said)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "KGREC_HOME",
            b"~nobody-of-that-name/home",
            "KGREC_HOME '~nobody-of-that-name/home' is no",
        ),
        ("KGREC_HOME", b"/tmp/\xff", "KGREC_HOME is no UTF-8 text: write it in UTF-8"),
        ("NEO4J_PASSWORD", b"\xff", "NEO4J_PASSWORD is no UTF-8 text: write it in UTF-8"),
    ],
)
def test_variables_that_cannot_be_used_are_a_line(variable: str, value: bytes, said: str) -> None:
    environment = {b"NEO4J_URI": b"bolt://127.0.0.1:1", variable.encode(): value}
    done = subprocess.run(
        [KGREC, "keys", "list"] if variable == "KGREC_HOME" else [KGREC, "doctor"],
        env={**os.environb, **environment},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"kgrec: {said}")


def test_what_the_terminal_cannot_show_does_not_end_the_command(tmp_path: Path) -> None:
    environment = {**os.environ, "KGREC_HOME": str(tmp_path), "PYTHONIOENCODING": "latin-1"}
    command = [KGREC, "keys", "create", "5 €"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert made.returncode == 0
    listed = subprocess.run(
        [KGREC, "keys", "list"], env=environment, capture_output=True, text=True
    )
    assert listed.stdout.endswith("5 \\u20ac\n")
