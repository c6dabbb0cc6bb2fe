"""What users import from `kg`."""

import subprocess
import sys

import kg


def test_every_public_name_is_there_under_its_own_name() -> None:
    assert sorted(kg._HOMES) == kg.__all__
    assert [getattr(kg, name).__name__ for name in kg.__all__] == kg.__all__


def test_completion_offers_every_public_name() -> None:
    assert set(kg.__all__) <= set(dir(kg))


def test_importing_kg_imports_nothing_heavy() -> None:
    asked = (
        "import kg, sys; print(sorted({'numpy', 'polars', 'neo4j', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
