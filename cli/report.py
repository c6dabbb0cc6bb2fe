"""Keep what is needed to mend an error that nobody foresaw: a file, and a line that names it."""

import os
import platform
import re
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from kg.connection import home, secrets
from kg.errors import KgrecError
from kg.private import private_folder

FOLDER = "reports"

_SECRETS = (
    (re.compile(r"kgrec_[0-9a-f]{8}_[\w-]+"), "kgrec_***"),
    (re.compile(r"(?<=://)[^\s/@]+@"), "***@"),
)
"""Keys of the service and logins within addresses -> what stands for them."""

_HEAD = """\
kgrec met an error that it did not foresee. It is a fault of kgrec, not yours.

What to do: run the same command again. If the error comes again, open an issue where kgrec is
developed, and add this file. Passwords and keys are left out of it; look through it all the same,
because its last lines may quote your data. Then delete it.

"""


def unforeseen(error: BaseException, words: Sequence[str]) -> str:
    """A line for an error of the command that `words` [n] are, kept as a report."""
    names = [word.partition("=")[0] for word in words if word.startswith("-")]
    command = " ".join(["kgrec", *words[:1], *names])
    kept = keep(f"command: {command}", "".join(traceback.format_exception(error)))
    return f"an error that kgrec did not foresee: {type(error).__name__}; {kept}"


def trace(error: BaseException) -> str:
    """Where an error came from and its kind, without its message, which may name a person."""
    where = "".join(traceback.format_tb(error.__traceback__))
    return f"{where}{type(error).__name__}\n"


def keep(what: str, found: str) -> str:
    """Write a report, and say where it is. The same error is kept once.

    It goes into the home, or else, where that cannot be written, among temporary files.
    """
    text = _without_secrets(
        f"{what}\nkgrec {version('kgrec')}, Python {platform.python_version()},"
        f" {platform.platform()}\n\n{found}"
    )
    name = f"{blake2b(text.encode(errors='replace'), digest_size=6).hexdigest()}.txt"
    for folder in (_in_the_home, _temporary):
        with suppress(OSError, KgrecError):
            return f"a report is in {_written(folder(), name, text)}"
    return "no report could be written; kgrec --debug shows it"


def _in_the_home() -> Path:
    return home() / FOLDER


def _temporary() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else "reports"
    return Path(tempfile.gettempdir()) / f"kgrec-{user}"


def _written(folder: Path, name: str, text: str) -> Path:
    """The file of a report, for its owner alone. Raises OSError."""
    private_folder(folder)
    if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()):
        raise PermissionError(f"{folder} is another user's")
    path = folder / name
    if path.exists():
        return path
    began = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        file.write(f"{_HEAD}first met: {began}\n{text}".encode(errors="replace").decode())
    return Path(file.name).replace(path)


def _without_secrets(text: str) -> str:
    for secret in secrets():
        text = text.replace(secret, "***")
    for pattern, stand_in in _SECRETS:
        text = pattern.sub(stand_in, text)
    return text
