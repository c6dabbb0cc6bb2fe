import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.recommend.lucene import any_word, as_typed, escape

SYNTAX = r'+-&|!(){}[]^"~*?:\/<>='


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("red lipstick", "red lipstick"),
        ("title:secret OR 1=1", r"title\:secret or 1\=1"),
        ('"unclosed (phrase', r"\"unclosed \(phrase"),
        ("wild* fuzzy~ AND [a TO z]", r"wild\* fuzzy\~ and \[a to z\]"),
        ("A/B && C || !D", r"A\/B C \!D"),
        ("!!! ???", ""),
        ("", ""),
    ],
)
def test_words_are_searched_and_syntax_is_not(typed: str, written: str) -> None:
    assert any_word(typed) == written


def test_codes_titles_prefixes_and_typos_are_asked_for_as_typed() -> None:
    assert as_typed("B0-42 Lipstik") == '"b0 42 lipstik"^2 b0 42 lipstik lipstik~1^0.5 lipstik*^0.5'
    assert as_typed("ab") == "ab"
    # Words are those of the index, whatever joins their letters and digits.
    assert as_typed("A3.5b x:y") == r'"a3.5b x\:y"^2 a3.5b x\:y x\:y*^0.5'
    assert as_typed("水壶") == '"水 壶"^2 水 壶'
    assert as_typed("Straße") == "straße straße~1^0.5 straße*^0.5"
    assert as_typed("?!") == ""


@given(st.text(max_size=60))
def test_nothing_typed_reaches_lucene_as_syntax(typed: str) -> None:
    written = escape(typed)
    plain = re.sub(r"\\.", "", written)
    assert not set(plain) & set(SYNTAX)
    assert not re.search(r"\b(AND|OR|NOT)\b", written)


@given(st.text(max_size=60))
def test_as_typed_holds_only_words_and_its_own_marks(typed: str) -> None:
    for part in as_typed(typed).split():
        word = re.fullmatch(r'"?(.+?)"?(\^2|~1\^0\.5|\*\^0\.5)?', part)
        assert word is not None
        assert not set(re.sub(r"\\.", "", word[1])) & set(SYNTAX)
