"""The compose file is one that compose accepts, and publishes nothing beyond this machine."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # comes with transformers

from kg.local_server.jars import NEO4J_VERSION

FOLDER = Path(__file__).resolve().parents[2] / "docker"


@pytest.fixture(scope="module")
def command() -> list[str]:
    if path := shutil.which("docker-compose"):
        return [path]
    docker = shutil.which("docker")
    if (
        docker
        and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0
    ):
        return [docker, "compose"]
    pytest.skip("neither docker-compose nor docker compose is installed")


def config(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "--file", str(FOLDER / "compose.yaml"), "--profile", "tools", "config"],
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def services(command: list[str]) -> dict[str, Any]:
    done = config(command, NEO4J_PASSWORD="a password", SHOP="/srv/shop")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return found


def test_compose_accepts_the_file(services: dict[str, Any]) -> None:
    assert sorted(services) == ["kgrec", "neo4j", "refresh", "serve"]
    assert services["serve"]["command"] == ["serve", "--host", "0.0.0.0"]
    assert services["neo4j"]["image"] == f"neo4j:{NEO4J_VERSION}-community"
    assert services["refresh"]["command"] == ["refresh", "--every", "1h"]
    assert services["refresh"]["healthcheck"]["test"] == ["CMD", "kgrec", "doctor"]


def test_kgrec_waits_for_a_healthy_server_and_logs_in_to_it(services: dict[str, Any]) -> None:
    for name in ("kgrec", "refresh", "serve"):
        assert services[name]["depends_on"]["neo4j"]["condition"] == "service_healthy"
        assert services[name]["environment"] == {
            "NEO4J_URI": "bolt://neo4j:7687",
            "NEO4J_USERNAME": "neo4j",
            "NEO4J_PASSWORD": "a password",
        }
    assert services["neo4j"]["environment"]["NEO4J_AUTH"] == "neo4j/a password"


def test_without_a_password_nothing_starts(command: list[str]) -> None:
    done = config(command)
    assert done.returncode != 0
    assert "NEO4J_PASSWORD" in done.stderr


def test_ports_are_published_on_this_machine_only() -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    described = yaml.safe_load(text)["services"]
    ports = [port for service in described.values() for port in service.get("ports", [])]
    assert ports == [
        "127.0.0.1:${NEO4J_HTTP_PORT:-7474}:7474",
        "127.0.0.1:${NEO4J_BOLT_PORT:-7687}:7687",
        "127.0.0.1:${KGREC_PORT:-8000}:8000",
    ]


def test_the_image_copies_what_the_build_leaves_in() -> None:
    dockerfile = (FOLDER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [part for line in dockerfile if line.startswith("COPY") for part in line.split()[1:-1]]
    ignore = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert sorted(copied) == sorted(line[1:] for line in ignore if line.startswith("!"))
    assert all((FOLDER.parent / name).exists() for name in copied)
