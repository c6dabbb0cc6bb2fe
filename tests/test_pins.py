"""What `make` installs is pinned to files by their hashes, and says no address."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
BLOCKS = re.split(r"\n(?=\S)", PINS.strip())


def _name(requirement: str) -> str:
    return re.split(r"[\s\[<>=!;]", requirement, maxsplit=1)[0].lower()


def test_every_package_has_one_version_and_a_hash() -> None:
    pinned = re.compile(r"[a-z0-9.-]+==\S+( ; .+?)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [block for block in BLOCKS if not pinned.fullmatch(block)] == []


def test_no_address_stands_among_the_pins() -> None:
    assert "://" not in PINS


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    wanted = [
        *project["project"]["dependencies"],
        *(each for extra in extras for each in extra),
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],  # kgrec itself is built without a download
    ]
    pinned = {_name(block) for block in BLOCKS}
    assert {_name(each) for each in wanted} - pinned == set()
