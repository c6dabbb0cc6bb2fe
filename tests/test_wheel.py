"""A wheel in a clean environment: `kgrec` on the path, the queries inside."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--installer", "uv", "--outdir"]
    subprocess.run([*command, str(folder), str(ROOT)], check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("kgrec-*.whl")
    return built


def test_the_wheel_holds_every_query_and_no_test(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    queries = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cypher").rglob("*.cypher")}
    assert queries - packed == set()
    page = {f"cli/web/page/{name}" for name in ("index.html", "page.css", "page.js", "columns.js")}
    assert {"kg/local_server/jars.json", "kg/py.typed", *page} - packed == set()
    assert not [name for name in packed if name.startswith("tests/")]


def test_an_installed_wheel_finds_its_queries_and_has_its_command(
    wheel: Path, tmp_path: Path
) -> None:
    """The dependencies come from this environment: they are no part of what is tested."""
    venv.create(tmp_path / "clean", with_pip=False)
    python = tmp_path / "clean" / "bin" / "python"
    site = next((tmp_path / "clean" / "lib").glob("python*/site-packages"))
    install = [sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--offline"]
    subprocess.run([*install, "--python", str(python), str(wheel)], check=True, timeout=300)
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(f"{here}\n")
    asked = "import kg, kg.queries as q; print(kg.__file__); print(len(q.names('walk')) > 5)"
    answer = subprocess.run(
        [str(python), "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    place, found = answer.stdout.split()
    assert (Path(place).is_relative_to(site), found) == (True, "True")
    helped = subprocess.run(
        [str(python.with_name("kgrec")), "--help"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (helped.returncode, "build-graph" in helped.stdout) == (0, True)
