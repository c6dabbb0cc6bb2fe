"""What is kept from the garbage collector is let go at the end."""

import subprocess
import sys

CODE = """
import atexit, gc
from kg.garbage import keep_what_is_there

keep_what_is_there()
keep_what_is_there()
print(gc.get_freeze_count() > 0)
atexit._run_exitfuncs()
print(gc.get_freeze_count())
"""


def test_what_was_kept_is_let_go_before_libraries_count_what_is_left() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n0\n"
