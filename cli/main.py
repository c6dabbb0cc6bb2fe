"""The `kgrec` command. It imports inside, so that Ctrl-C meanwhile is one line as well."""

import sys


def main() -> None:
    """Run a command. An error is one line on stderr, an object where --json is given, and exit
    status 1, or 2 for an option that cannot be used; Ctrl-C is a line and status 130."""
    try:
        from cli.ending import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = _interrupted()
    sys.exit(status)


def _interrupted() -> int:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # pressed again, it ends the process without words
    sys.stderr.write("kgrec: interrupted; the same command goes on from here\n")
    return 130
