"""Only a process whose command line says so is taken for the home's server."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from kg.local_server import status, stop
from kg.local_server.layout import Layout, State, write_state
from kg.local_server.ports import Ports
from kg.local_server.process import MAIN, end, find, is_server

PORTS = Ports(bolt=17100, http=17101)
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@contextmanager
def server_like(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with the command line of the home's server, which it has soon after it began."""
    command = [*SLEEP, MAIN, f"--home-dir={home / 'neo4j'}"]
    with subprocess.Popen(command) as process:
        while not psutil.Process(process.pid).cmdline():
            time.sleep(0.001)
        yield process
        process.kill()


@pytest.fixture
def other_program() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP) as process:
        yield process
        process.kill()


def test_the_number_of_another_program_is_not_taken_for_the_server(
    tmp_path: Path, other_program: subprocess.Popen[bytes]
) -> None:
    write_state(Layout(tmp_path), State(PORTS, pid=other_program.pid))
    assert find(Layout(tmp_path)) is None
    assert not status(tmp_path).running


def test_stopping_leaves_another_program_with_that_number_alone(
    tmp_path: Path, other_program: subprocess.Popen[bytes]
) -> None:
    write_state(Layout(tmp_path), State(PORTS, pid=other_program.pid))
    assert not stop(tmp_path).was_running
    assert other_program.poll() is None


def test_the_number_of_a_process_that_is_gone_is_survived(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    write_state(Layout(tmp_path), State(PORTS, pid=gone.pid))
    assert find(Layout(tmp_path)) is None


def test_a_server_of_this_home_is_found_without_a_state_file(tmp_path: Path) -> None:
    with server_like(tmp_path) as process:
        found = find(Layout(tmp_path))
        elsewhere = find(Layout(tmp_path / "other"))
    assert found is not None
    assert found.pid == process.pid
    assert elsewhere is None


def test_a_process_that_has_ended_is_no_server(tmp_path: Path) -> None:
    with server_like(tmp_path) as process:
        seen = psutil.Process(process.pid)
        assert is_server(seen, Layout(tmp_path))
        process.kill()
        seen.wait(10)
        assert not is_server(seen, Layout(tmp_path))
        process.returncode = -9


def test_stopping_or_asking_makes_no_home(tmp_path: Path) -> None:
    assert not stop(tmp_path / "none").was_running
    assert not status(tmp_path / "none").running
    assert not (tmp_path / "none").exists()


def test_a_server_whose_parent_goes_on_is_not_waited_for_once_it_has_ended(tmp_path: Path) -> None:
    server = [*SLEEP, MAIN, f"--home-dir={tmp_path / 'neo4j'}"]
    launching = f"import subprocess, time; it = subprocess.Popen({server}); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", launching]) as parent:
        while (found := find(Layout(tmp_path))) is None:
            time.sleep(0.01)
        begun = time.monotonic()
        end(found)
        assert time.monotonic() - begun < 30
        assert (found.status(), find(Layout(tmp_path))) == (psutil.STATUS_ZOMBIE, None)
        parent.kill()
