"""`python -m tests.mutants`: change the code in small ways, and count how many no test notices.

mutmut makes the changes (mutants) in a copy, `mutants/`, and runs for each the tests that call the
changed function. A sample is drawn with a fixed seed. Killed mutants are kept there: a run that was
interrupted goes on, and one after better tests asks again only for those that were left.
"""

import argparse
import random
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import get_mutant_name

LEFT = Path(__file__).parent / "mutants_left.toml"
"""Mutants that no test can tell from the code, each with the reason."""

KILLED = ("killed", "timeout")
AIM = 0.85


@dataclass(frozen=True)
class Mutant:
    """A change of one function: its name, the file, and a hash of the function as it is."""

    name: str
    path: Path
    function: str
    digest: str


def every_mutant() -> list[Mutant]:
    """All mutants of the files that pyproject.toml names, in the order of their names."""
    found = []
    for path in walk_mutatable_files():
        made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
        for each in made.mutant_names:
            function = each.partition("__mutmut_")[0]
            digest = made.hash_by_function_name.get(function, "")
            found.append(Mutant(get_mutant_name(path, each), path, function, digest))
    return sorted(found, key=lambda each: each.name)


def status_of(mutants: Sequence[Mutant]) -> dict[str, str]:
    """Mutant -> what came of it, where its function is still as it was then."""
    kept: dict[Path, SourceFileMutationData] = {}
    found = {}
    for each in mutants:
        if each.path not in kept:
            kept[each.path] = SourceFileMutationData(path=each.path)
            kept[each.path].load()
        data = kept[each.path]
        code = data.exit_code_by_key.get(each.name)
        if code is not None and data.hash_by_function_name.get(each.function) == each.digest:
            found[each.name] = status_by_exit_code[code]
    return found


def change_of(mutant: Mutant) -> tuple[str, str]:
    """The lines of a mutant as they are, and as they became."""
    lines = get_diff_for_mutant(mutant.name, path=mutant.path).splitlines()[3:]
    return tuple(  # type: ignore[return-value]
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )


def reasons() -> dict[tuple[str, str, str], str]:
    """File, old and new lines of mutants that are left -> why."""
    rows = tomllib.loads(LEFT.read_text(encoding="utf-8")).get("left", [])
    return {(row["file"], row["old"], row["new"]): row["why"] for row in rows}


def report(mutants: Sequence[Mutant]) -> float:
    """Print what came of the mutants, and those that are left; the share that was killed."""
    status, known = status_of(mutants), reasons()
    asked = [each for each in mutants if each.name in status]
    counts = Counter(status[each.name] for each in asked)
    left = [each for each in asked if status[each.name] not in KILLED]
    same = 0
    for each in left:
        old, new = change_of(each)
        why = known.get((str(each.path), old, new))
        same += why is not None
        print(f"\n{status[each.name]}: {each.name}\n  - {old}\n  + {new}")
        if why is not None:
            print(f"  equivalent: {why}")
    killed = sum(counts[each] for each in KILLED)
    share = killed / max(len(asked) - same, 1)
    said = ", ".join(f"{many} {name}" for name, many in counts.most_common())
    print(
        f"\n{len(asked)} of {len(mutants)} mutants tried: {said}; {same} of those left are"
        f" equivalent; {share:.1%} of the others killed (aim {AIM:.0%})"
    )
    return share


def main() -> None:
    """Draw, run what is not killed yet, and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many are drawn, 0 for all")
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--only", default="", help="names that begin so, like kg.recommend.walk")
    parser.add_argument("--children", type=int, default=2, help="processes")
    parser.add_argument("--report", action="store_true", help="report alone, run nothing")
    options = parser.parse_args()
    mutants = [each for each in every_mutant() if each.name.startswith(options.only)]
    if 0 < options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
    status = status_of(mutants)
    wanted = [each.name for each in mutants if status.get(each.name) not in KILLED]
    print(f"{len(mutants)} mutants, {len(wanted)} of them not killed yet", flush=True)
    if wanted and not options.report:
        command = ["mutmut", "run", "--max-children", str(options.children), *wanted]
        subprocess.run([Path(sys.executable).with_name(command[0]), *command[1:]], check=False)
    if report(mutants) < AIM:
        sys.exit(1)


if __name__ == "__main__":
    main()
