"""Keys: shown once, kept as hashes, taken back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from kg.errors import NotFound, OptionError
from kg.keys import FILE, Keys, create_key, list_keys, revoke_key


def test_a_key_opens_until_it_is_revoked(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    assert keys.find("kgrec_0_x") is None
    key, text = create_key(tmp_path, "write", "shop")
    other, _ = create_key(tmp_path, "read", "report")
    assert keys.find(text) == key
    assert keys.find(text[:-1]) is None
    assert [each.name for each in list_keys(tmp_path)] == ["shop", "report"]
    assert revoke_key(tmp_path, key.id) == key
    assert keys.find(text) is None
    assert list_keys(tmp_path) == [other]
    with pytest.raises(NotFound, match="kgrec keys list"):
        revoke_key(tmp_path, key.id)


def test_only_its_owner_reads_the_file_and_it_holds_no_secret(tmp_path: Path) -> None:
    _, text = create_key(tmp_path, "admin", "me")
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert text.rpartition("_")[2] not in (tmp_path / FILE).read_text()


def test_a_scope_has_those_before_it(tmp_path: Path) -> None:
    key, _ = create_key(tmp_path, "write", "shop")
    assert [key.may(scope) for scope in ("read", "write", "admin")] == [True, True, False]
    with pytest.raises(OptionError, match="no scope 'root'"):
        create_key(tmp_path, "root", "me")


def test_the_command_makes_lists_and_revokes(tmp_path: Path) -> None:
    def kgrec(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["keys", *arguments], env={"KGREC_HOME": str(tmp_path)})
        assert done.exit_code == 0
        return done.stdout

    made = json.loads(kgrec("create", "shop", "--scope", "write", "--json"))
    assert made["key"].startswith(f"kgrec_{made['id']}_")
    listed = json.loads(kgrec("list", "--json"))
    assert [(each["id"], each["scope"], each["name"]) for each in listed] == [
        (made["id"], "write", "shop")
    ]
    assert made["key"].removeprefix(f"kgrec_{made['id']}_") not in kgrec("list")
    assert kgrec("revoke", made["id"]) == f"revoked {made['id']} of shop\n"
    assert kgrec("list") == ""
