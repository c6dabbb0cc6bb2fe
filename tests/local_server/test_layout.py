"""What a home keeps: state, password, settings, and the server's configuration."""

import stat
from pathlib import Path

import pytest

from kg.connection import Settings
from kg.errors import ServerError
from kg.local_server.layout import (
    Layout,
    State,
    Tuning,
    login,
    password,
    read_state,
    tuning,
    write_conf,
    write_state,
)
from kg.local_server.ports import Ports

PORTS = Ports(bolt=17100, http=17101)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def test_a_state_is_read_as_it_was_written(layout: Layout) -> None:
    write_state(layout, State(PORTS, pid=42))
    assert read_state(layout) == State(PORTS, pid=42)
    write_state(layout, State(PORTS, pid=None))
    assert read_state(layout) == State(PORTS, pid=None)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"bolt": 1}', '{"bolt":"x","http":1}'])
def test_a_broken_state_is_none(layout: Layout, text: str) -> None:
    layout.state_file.write_text(text)
    assert read_state(layout) is None


def test_the_password_is_made_once_and_only_its_owner_reads_it(layout: Layout) -> None:
    made = password(layout)
    assert len(made) == 32
    assert password(layout) == made
    assert stat.S_IMODE(layout.password_file.stat().st_mode) == 0o600


def test_each_home_has_a_password_of_its_own(tmp_path: Path) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        home.mkdir()
    assert password(Layout(homes[0])) != password(Layout(homes[1]))


def test_logging_in_takes_the_ports_and_the_password(layout: Layout) -> None:
    expected = Settings("bolt://127.0.0.1:17100", "neo4j", password(layout), "neo4j")
    assert login(layout, PORTS) == expected
    assert password(layout) not in repr(login(layout, PORTS))


def test_the_server_is_modest_unless_server_toml_says_more(layout: Layout) -> None:
    assert tuning(layout) == Tuning(heap="1g", page_cache="512m")
    layout.settings_file.write_text('heap = "4g"\njava_options = ["-XX:+UseZGC"]\n')
    assert tuning(layout) == Tuning("4g", "512m", ("-XX:+UseZGC",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("heap = ", "is no TOML: "),
        ('heep = "1g"', "heep = '1g' is not known; there are heap, page_cache and java_options"),
        ("java_options = 1", 'java_options = 1 is no list; write one like ["-XX:+UseZGC"]'),
        ("heap = 2", 'heap = 2 is no size; write one like "2g"'),
        ('page_cache = "lots"', "page_cache = 'lots' is no size; write one like \"2g\""),
    ],
)
def test_a_mistake_in_server_toml_is_named(layout: Layout, text: str, message: str) -> None:
    layout.settings_file.write_text(text)
    with pytest.raises(ServerError) as failed:
        tuning(layout)
    assert str(layout.settings_file) in str(failed.value)
    assert message in str(failed.value)
    assert "\n" not in str(failed.value)


def test_the_server_listens_on_this_machine_only_and_tells_nobody(layout: Layout) -> None:
    write_conf(layout, PORTS, Tuning(page_cache="64m"))
    lines = (layout.conf / "neo4j.conf").read_text().splitlines()
    conf = dict(line.split("=", 1) for line in lines)
    assert [value for key, value in conf.items() if key.endswith("_address")] == [
        "127.0.0.1",
        "127.0.0.1:17100",
        "127.0.0.1:17101",
        "127.0.0.1:17100",
        "127.0.0.1:17101",
    ]
    assert conf["server.memory.pagecache.size"] == "64m"
    assert conf["dbms.usage_report.enabled"] == "false"
    assert conf["server.fleet_discovery.enabled"] == "false"
    assert conf["server.bolt.connection_keep_alive"] == "5s"
    assert conf["server.bolt.connection_keep_alive_probes"] == "2"
