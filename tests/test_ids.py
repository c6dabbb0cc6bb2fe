"""Ids: one for every spelling of a name, the same on every machine, none for two things."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ids import brand_id, category_id, clean_text, event_id, event_key, fold

TEXT = st.text(max_size=30)
NAMES = TEXT.filter(lambda text: bool(fold(text)))


def test_folds_width_case_and_blanks_away() -> None:
    assert fold("  Ｌ'Oréal\u00a0 PARIS ") == "l'oréal paris"
    assert fold("Straße") == "strasse"
    assert fold("运动鞋") == "运动鞋"


def test_joins_a_path_by_slashes_and_escapes_those_within_names() -> None:
    assert category_id(["Shoes", "Running Shoes"]) == "shoes/running shoes"
    assert category_id(["Hair/Nails", "100% Wool"]) == "hair%2Fnails/100%25 wool"
    assert category_id(["A-B"]) != category_id(["A", "B"])
    assert brand_id("L'Oreal  PARIS") == "l'oreal paris"


@pytest.mark.parametrize("path", [[], [""], ["Shoes", " \u00a0"]])
def test_refuses_a_path_without_names(path: list[str]) -> None:
    with pytest.raises(ValueError, match="needs names that are not blank"):
        category_id(path)


def test_an_event_id_is_a_hash_that_never_changes() -> None:
    # printf '3:ann6:BOUGHT6:runner10:17356896002:o1' | b2sum -l 128
    assert event_id("ann", "BOUGHT", "runner", 1735689600, "o1") == (
        "4a04ce690b29ad95dbf9efcf64867b43"
    )
    assert event_id("ann", "BOUGHT", "runner", 1735689600, None) != (
        event_id("ann", "BOUGHT", "runner", 1735689600, "")
    )


def test_an_event_key_states_the_length_of_every_part() -> None:
    assert event_key("ann", "BOUGHT", "ü", 7, None) == "3:ann6:BOUGHT2:ü1:7-"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("L&#39;Oreal Paris", "L'Oreal Paris"),
        ("L&amp;amp;#39;Oreal", "L'Oreal"),
        ("Tools &amp; Accessories", "Tools & Accessories"),
        ("a\x00b\tc\n d\x1fe", "ab c d e"),
        ("3 < 5 & <b>bold</b>", "3 < 5 & <b>bold</b>"),
        ("&copy without its end", "© without its end"),
    ],
)
def test_cleans_text_of_entities_and_control_characters(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_strips_tags_only_where_asked_and_leaves_bare_signs() -> None:
    text = "<p>Soft<br/>and 3 < 5</p><script>x()</script><!-- no -->, <i>warm</i>"
    assert clean_text(text, tags=True) == "Soft and 3 < 5 , warm"


@settings(deadline=None)
@given(TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4), st.lists(NAMES, min_size=1, max_size=4))
def test_two_paths_share_an_id_only_if_their_names_fold_alike(a: list[str], b: list[str]) -> None:
    alike = [fold(name) for name in a] == [fold(name) for name in b]
    assert (category_id(a) == category_id(b)) == alike


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_every_name_of_a_path_can_be_told_from_its_id(path: list[str]) -> None:
    parts = category_id(path).split("/")
    assert [p.replace("%2F", "/").replace("%25", "%") for p in parts] == [fold(n) for n in path]


EVENT = st.tuples(
    TEXT, st.sampled_from(["BOUGHT", "VIEWED"]), TEXT, st.integers(0, 99), st.none() | TEXT
)


@settings(deadline=None)
@given(EVENT, EVENT)
def test_two_events_share_a_key_only_if_they_are_the_same(
    a: tuple[str, str, str, int, str | None], b: tuple[str, str, str, int, str | None]
) -> None:
    assert (event_key(*a) == event_key(*b)) == (a == b)


@settings(deadline=None)
@given(TEXT)
def test_clean_text_has_no_blanks_to_spare(text: str) -> None:
    clean = clean_text(text)
    assert clean == " ".join(clean.split())


@settings(deadline=None)
@given(st.text("ab c&<>'\"", max_size=20))
def test_clean_text_undoes_one_escape(text: str) -> None:
    assert clean_text(html.escape(text)) == clean_text(text)
