"""Keys of those who may ask the service: made once, kept as hashes, taken back when need be."""

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from kg.errors import NotFound, OptionError
from kg.home_files import usable
from kg.private import private_folder

SCOPES = ("read", "write", "admin")
"""What a key may do; each may do what those before it may."""

PREFIX = "kgrec"
FILE = "keys.json"
ADVICE = "restore it, or remove it and make the keys anew (kgrec keys create)"


@dataclass(frozen=True)
class Key:
    """A key, without its secret. `name` is what people call it, `hash` the SHA-256 of the whole."""

    id: str
    name: str
    scope: str
    created_at: int
    hash: str

    def may(self, scope: str) -> bool:
        """Does the key's scope include this one."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


def create_key(folder: Path, scope: str, name: str) -> tuple[Key, str]:
    """A new key and its text, which is not kept. Raises OptionError for an unknown scope."""
    if scope not in SCOPES:
        raise OptionError(f"no scope {scope!r}; there are {', '.join(SCOPES)}")
    id_ = secrets.token_hex(4)
    text = f"{PREFIX}_{id_}_{secrets.token_urlsafe(32)}"
    key = Key(id_, name, scope, int(time.time()), _hash(text))
    with _changing(folder):
        _write(folder, [*list_keys(folder), key])
    return key, text


def list_keys(folder: Path) -> list[Key]:
    """The keys there are, the oldest first. Raises HomeError for a file that is damaged."""
    file = folder / FILE
    with usable(file, ADVICE):
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [_key(**each) for each in json.loads(text)]


def _key(*, created_at: int, **texts: str) -> Key:
    """A key as the file says it. Raises ValueError, TypeError."""
    if not all(isinstance(each, str) for each in texts.values()):
        raise TypeError("expected texts")
    key = Key(created_at=int(created_at), **texts)
    if key.scope not in SCOPES or not key.hash.isascii():
        raise ValueError("expected a scope and a hash")
    return key


def revoke_key(folder: Path, id_: str) -> Key:
    """Take a key back: it opens nothing from now on. Raises NotFound."""
    with _changing(folder):
        keys = list_keys(folder)
        gone = next((key for key in keys if key.id == id_), None)
        if gone is None:
            raise NotFound(f"no key {id_!r}; kgrec keys list shows them")
        _write(folder, [key for key in keys if key.id != id_])
        return gone


class Keys:
    """The keys of a folder, read again when their file has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}

    def find(self, text: str) -> Key | None:
        """The key whose text this is."""
        self._refresh()
        _, _, rest = text.partition("_")
        key = self._keys.get(rest.partition("_")[0])
        return key if key and hmac.compare_digest(key.hash, _hash(text)) else None

    def _refresh(self) -> None:
        try:
            stat = (self._folder / FILE).stat()
        except FileNotFoundError:
            self._stamp, self._keys = None, {}
            return
        stamp = stat.st_mtime_ns, stat.st_ino
        if stamp != self._stamp:
            self._keys = {key.id: key for key in list_keys(self._folder)}
            self._stamp = stamp


def _hash(text: str) -> str:
    """Secrets are long and random: a slow hash would protect nothing more."""
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """Be the one who changes the file. Raises HomeError where it cannot be written."""
    with usable(folder / FILE, "see that its folder can be written"):
        private_folder(folder)
        with FileLock(folder / f"{FILE}.lock", mode=0o600):
            yield


def _write(folder: Path, keys: Sequence[Key]) -> None:
    """Replace the file as a whole; only its owner may read it."""
    beside = folder / f"{FILE}.new"
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump([asdict(key) for key in keys], file, indent=1)
    beside.replace(folder / FILE)
