"""What commands say in a line or two: exact words, without a graph."""

import re
from typing import get_type_hints

import pytest
from typer.testing import CliRunner

from cli.build_graph import _remarks
from cli.commands import app
from cli.explain import changed
from cli.recommend import recommend
from cli.rules import _line
from cli.train import _loss
from cli.web.bodies import RecommendBody
from cli.web.pages import FOLDER
from kg.build import BuildSummary
from kg.errors import OptionError
from kg.recommend.recipes import DESIGN, GREEK, PAPER, RECIPES, TERM_NAMES
from kg.recommend.why import Change
from kg.rules.types import Rule


def summary(
    ignored: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    changes: dict[str, dict[str, int]] | None = None,
    until: int | None = None,
    rejects: dict[str, int] | None = None,
    repeated: dict[str, int] | None = None,
) -> BuildSummary:
    return BuildSummary(
        source="shop",
        unchanged=False,
        changes=changes or {},
        totals={},
        rejects=rejects or {},
        rejects_path=None,
        forgotten={},
        repeated=repeated or {},
        ignored=ignored,
        remarks=remarks,
        until=until,
        clock="time",
        language="english",
        revision=1,
        seconds=0.0,
        stages=(),
        embeddings=None,
    )


def test_what_the_sample_shop_has_beside_its_tables_is_not_said_to_be_ignored() -> None:
    assert _remarks(summary(("promotions.csv", "truth.csv"))) == []
    both = ("promotions.csv", "truth.csv", "notes.txt")
    assert _remarks(summary(both)) == ["ignored: notes.txt"]
    assert _remarks(summary(("truth.csv",))) == ["ignored: truth.csv"]


def test_what_was_taken_so_is_told_in_a_line_of_its_own() -> None:
    told = "events.csv: 3/4/2025 and all dates like it are read as month/day/year"
    assert _remarks(summary((), (told,))) == [told]


def test_what_came_later_is_told_by_a_date() -> None:
    late = summary(changes={"VIEWED": {"after until": 1200}}, until=1780185600)
    assert _remarks(late) == ["left out, from 2026-05-31 on: 1,200 rows"]


def test_rows_that_are_left_out_repeated_or_loaded_without_a_link_have_lines_of_their_own() -> None:
    rejects = {"bad_price": 2, "category_orphan": 1, "no_user": 1000}
    assert _remarks(summary(rejects=rejects, repeated={"products.csv": 3, "events.csv": 1200})) == [
        "rows that repeat an earlier one: 1,203",
        "rows left out: 2 bad_price, 1,000 no_user",
        "links that were cut: 1 category_orphan",
    ]


def test_a_rule_that_was_ended_before_its_time_says_so() -> None:
    june, july = 1780272000, 1782864000
    rule = Rule("s", "hide", since=july, until=june, created_at=june, targets=())
    assert _line(rule, july, None) == (
        "s  over  hide  nothing that is there  ended 2026-06-01 00:00 UTC, before it was to begin"
        " 2026-07-01 00:00 UTC"
    )


def test_a_loss_after_one_epoch_went_nowhere_yet() -> None:
    assert _loss([7.669]) == "loss 7.669 in the one epoch"
    assert _loss([7.669, 7.5, 7.25]) == "loss 7.669 -> 7.250 in 3 epochs"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"k": 12}, ["with -k 12"]),
        ({"include_bought": True}, ["with --include-bought"]),
        ({"diversity": 0.0}, ["without --diversity"]),
        ({"query": None}, ["without --query"]),
        ({"query": "red tent"}, ['with --query "red tent"']),
        ({"query": "tent at $5"}, ["with --query 'tent at $5'"]),
        ({"event": {"type": "view"}}, ["after a view of it by the user"]),
        ({"weights": {"next": 2.0}}, ["with --weight next=2"]),
        (
            {"without": {"rules": ("spring", "sale")}},
            ["with rule spring ended", "with rule sale ended"],
        ),
        ({"filters": {"in_stock": False}}, ["without --in-stock"]),
        ({"filters": {"brands": ()}}, ["without --brand"]),
        ({"filters": {"brands": ("Acme",)}}, ["with --brand Acme"]),
        (
            {"filters": {"categories": ("Clothing > Socks",)}},
            ['with --category "Clothing > Socks"'],
        ),
        ({"filters": {"max_price_minor": 123450}}, ["with --max-price 1234.50"]),
        ({"filters": {"min_price_minor": 0}}, ["with --min-price 0.00"]),
        ({"filters": {"min_price_minor": None}}, ["without --min-price"]),
    ],
)
def test_a_change_is_told_in_options_of_the_command(change: Change, words: list[str]) -> None:
    assert changed(change, "USD") == words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--users", "u.csv", "--user", "ann", "--output", "o.csv"], "--users names the users"),
        (["--queries", "q.csv", "--query", "x", "--output", "o.csv"], "--queries names the search"),
        (["--users", "u.csv"], "--users and --queries need --output"),
        (["--output", "o.csv"], "--output is for many lists"),
        (["--user", " "], "--user is empty: give an id, or leave it out"),
        (["--product", ""], "--product is empty: give an id, or leave it out"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_a_graph_is_asked(
    words: list[str], told: str
) -> None:
    done = CliRunner().invoke(app, ["recommend", *words])
    assert isinstance(done.exception, OptionError)
    assert str(done.exception).startswith(told)


def test_the_help_of_recommend_names_every_term_and_what_the_letters_weigh_in_paper() -> None:
    assert [term for term in TERM_NAMES if term not in (recommend.__doc__ or "")] == []
    hints = get_type_hints(recommend, include_extras=True)
    for letter, term in GREEK.items():
        help_ = hints[letter].__metadata__[0].help
        assert term in help_
        assert f"paper: {PAPER.weights[term]:g}]" in help_


def test_every_recipe_can_be_asked_for_and_is_told_wherever_lists_are() -> None:
    option = get_type_hints(recommend, include_extras=True)["recipe"].__metadata__[0]
    body = RecommendBody.model_json_schema()["properties"]["recipe"]["anyOf"][0]
    words = (FOLDER / "words.js").read_text(encoding="utf-8")
    said = re.findall(r"^  (\w+): \"ranked by", words, re.MULTILINE)
    assert set(option.metavar.split("|")) == set(body["enum"]) == set(said) == set(RECIPES)


def test_the_design_is_its_three_terms_and_in_paper_the_last_two_weigh_little() -> None:
    assert list(DESIGN.weights) == list(GREEK.values())
    share = (PAPER.weights["hot"] + PAPER.weights["entity"]) / sum(PAPER.weights.values())
    assert f"{share:.1%}" == "1.1%"  # README and DECISIONS say so
