"""What is said of a rule in a line."""

from cli.rules import _line
from kg.rules.types import Rule


def test_a_rule_that_was_ended_before_its_time_says_so() -> None:
    june, july = 1780272000, 1782864000
    rule = Rule("s", "hide", since=july, until=june, created_at=june, targets=())
    assert _line(rule, july, None) == (
        "s  over  hide  nothing that is there  ended 2026-06-01 00:00 UTC, before it was to begin"
        " 2026-07-01 00:00 UTC"
    )
