"""Long work without a terminal: a line a stage, a line a minute, none with --quiet."""

import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from cli.progress_lines import progress_lines
from cli.render import progress_shown


def test_a_stage_has_one_line_however_often_it_reports() -> None:
    lines: list[str] = []
    with progress_lines(lines.append) as progress:
        progress("nodes", 1000, None)
        progress("nodes", 2000, None)
        progress("train | loss 3.2", 1, 12)
        progress("train | loss 3.1", 2, 12)
        progress("embed", 2000, 12000)
    assert lines == ["nodes: 1,000", "train: 1 of 12, loss 3.2", "embed: 2,000 of 12,000"]


def test_a_stage_that_takes_long_is_reported_again_as_far_as_it_is() -> None:
    lines: list[str] = []
    twice = threading.Event()

    def write(line: str) -> None:
        lines.append(line)
        if len(lines) == 3:
            twice.set()

    with progress_lines(write, every_s=0.05) as progress:
        progress("embed", 0, 50)
        progress("embed", 7, 50)
        assert twice.wait(60)
    assert lines[:3] == ["embed: 0 of 50", "embed: 7 of 50, 0 min", "embed: 7 of 50, 0 min"]


def test_nothing_is_reported_before_the_first_stage_or_after_the_last() -> None:
    lines: list[str] = []
    with progress_lines(lines.append, every_s=0.01):
        threading.Event().wait(0.1)
    assert lines == []
    assert "progress" not in {thread.name for thread in threading.enumerate()}


def test_where_stderr_is_no_terminal_there_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_shown() as progress:
        progress("nodes", 3, None)
    assert capsys.readouterr().err == "nodes: 3\n"
    with progress_shown(quiet=True) as progress:
        progress("nodes", 3, None)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("more", "lines"), [([], 2), (["--quiet"], 0), (["--json"], 0)])
def test_a_command_reports_each_stage_unless_it_is_quiet(
    tmp_path: Path, more: list[str], lines: int
) -> None:
    asked = ["sample-shop", str(tmp_path / "shop"), "--products", "20", "--users", "5", *more]
    ran = CliRunner().invoke(app, asked)
    assert (ran.exit_code, len(ran.stderr.splitlines())) == (0, lines)
