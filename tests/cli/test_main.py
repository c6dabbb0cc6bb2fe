"""How the command ends: expected errors in one line, Ctrl-C with what to do."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.main import main

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


def test_ctrl_c_in_a_compiled_loop_is_one_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*, standalone_mode: bool) -> None:
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr("cli.main.app", interrupted)
    with pytest.raises(SystemExit, match="130"):
        main()
    assert capsys.readouterr().err == "kgrec: interrupted; the same command goes on from here\n"

    def broken(*, standalone_mode: bool) -> None:
        raise SystemError("of another kind")

    monkeypatch.setattr("cli.main.app", broken)
    with pytest.raises(SystemError, match="of another kind"):
        main()
