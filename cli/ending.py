"""How a command ends: an error is one line on stderr, and an exit status."""

import io
import json
import logging
import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile

from kg.errors import KgrecError, OptionError

FAILED, BAD_OPTION, INTERRUPTED = 1, 2, 130

NO_MEMORY = "this machine has too little memory for it: end other programs, or use a larger one"
ABORTED = "stopped, and nothing was changed"


def run(words: Sequence[str]) -> int:
    """Run the command that the words [n] are; its exit status.

    Raises KeyboardInterrupt for Ctrl-C wherever it came.
    """
    _print_whatever_comes()
    debug = "--debug" in takewhile(lambda word: word.startswith("-"), words)
    if debug:
        logging.getLogger("kgrec").setLevel(logging.DEBUG)
    try:
        _check_text(words)
        from cli.commands import app

        status = int(app(list(words), prog_name="kgrec", standalone_mode=False) or 0)
    except SystemExit:  # who read the output has closed it
        raise
    except BaseException as error:
        if _is_interrupt(error):
            raise KeyboardInterrupt from error
        if debug:
            traceback.print_exception(error)
        message, status = _explained(error, words)
        if message:
            _tell(message, as_json="--json" in words)
    if status == INTERRUPTED:  # Typer has turned Ctrl-C into this
        raise KeyboardInterrupt
    return status


def _print_whatever_comes() -> None:
    """Let no character end the command that the terminal's encoding does not have."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _check_text(words: Sequence[str]) -> None:
    """Raise OptionError for bytes that are no text: Python keeps them as half characters."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            given = ascii(word).replace("\\udc", "\\x")
            raise OptionError(f"{given} is no UTF-8 text: write it in UTF-8") from None


def _is_interrupt(error: BaseException | None) -> bool:
    """Was it Ctrl-C, or what a library made of it: an import that failed, a loop without result."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _explained(error: BaseException, words: Sequence[str]) -> tuple[str, int]:
    """What to say of an error, and the exit status."""
    if isinstance(error, KgrecError):
        return str(error), BAD_OPTION if isinstance(error, OptionError) else FAILED
    if isinstance(error, OSError) and error.filename is not None:
        return f"cannot use {error.filename}: {error.strerror}", FAILED
    if isinstance(error, MemoryError):
        return NO_MEMORY, FAILED
    import typer

    if isinstance(error, typer.Abort):
        return ABORTED, FAILED
    if isinstance(error, typer.TyperException):
        return _misused(error), error.exit_code
    from cli.report import unforeseen

    return unforeseen(error, words), FAILED


def _misused(error: Exception) -> str:
    """What Typer found wrong with the words, and the command whose help says more."""
    message = error.format_message()  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    return f"{message} (see {context.command_path} --help)" if message and context else message


def _tell(message: str, *, as_json: bool) -> None:
    line = " ".join(message.splitlines())
    sys.stderr.write(f"{json.dumps({'error': line}) if as_json else f'kgrec: {line}'}\n")
