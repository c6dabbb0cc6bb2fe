"""Words of a language: the tokens that full text compares, and keys under which names meet."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

import Stemmer

from kg.analyzers import (
    ALONE,
    ARABIC_STOP_WORDS,
    CJK_STOP_WORDS,
    ENGLISH_STOP_WORDS,
    GERMAN_STOP_WORDS,
    KATAKANA,
    NUMERALS,
    arabic,
    german,
    one_width,
    pairs,
)
from kg.ids import normalized


@dataclass(frozen=True)
class Language:
    """Which stemmer makes the keys of names, and which Neo4j full-text analyzer the language has.

    `stop_words` and `light` are what that analyzer leaves out and how it reduces a word, where that
    is not by the stemmer; `pairs` where it takes characters by two.
    """

    stemmer: str | None
    analyzer: str
    stop_words: frozenset[str] = frozenset()
    light: Callable[[str], str] | None = None
    pairs: bool = False


_SAME_NAME = (
    "armenian basque catalan czech danish dutch finnish french greek hindi hungarian indonesian"
    " irish italian lithuanian norwegian persian portuguese romanian russian spanish swedish"
    " turkish"
)
_CJK = Language(None, "cjk", CJK_STOP_WORDS, pairs=True)

LANGUAGES: dict[str, Language] = {
    # Lucene's English analyzer stems by Porter's first algorithm, not by its successor.
    "english": Language("porter", "english", ENGLISH_STOP_WORDS),
    "arabic": Language("arabic", "arabic", ARABIC_STOP_WORDS, arabic),
    "german": Language("german", "german", GERMAN_STOP_WORDS, german),
    **{name: Language(name, name) for name in _SAME_NAME.split()},
    "chinese": _CJK,
    "japanese": _CJK,
    "korean": _CJK,
    "none": Language(None, "standard-no-stop-words"),
}
"""By the name that `--language` takes; `none` compares words as they are."""

# Ideographs and hiragana stand alone, as in Lucene's standard tokenizer.
_LETTERS = rf"[^\W{ALONE}]+"
_NAME = re.compile(rf"[{ALONE}]|{_LETTERS}(?:['’.]{_LETTERS})*")
LONGEST_WORD = 255
"""Characters: Lucene cuts a longer word into pieces of as many."""
_APOSTROPHE = re.compile("['’]")
_INITIALS = re.compile(r"\b(?:[^\W\d]\.)+[^\W\d]\b")


def language(name: str) -> Language:
    """The language called `name`. Raises ValueError naming those there are."""
    if name not in LANGUAGES:
        raise ValueError(f"expected a language of {', '.join(sorted(LANGUAGES))}, got {name!r}")
    return LANGUAGES[name]


def tokens(text: str, name: str = "english", stem: bool = True) -> list[str]:
    """The words of `text` as full text compares them, in lower case.

    With `stem`, as the language's analyzer reduces them: stop words are left out. Without, as they
    are typed.
    """
    if not stem:
        return [piece for _, piece in _parted(text)]
    spoken = language(name)
    if spoken.pairs:
        words = pairs(_parted(one_width(text)))
    else:
        words = [piece for _, piece in _parted(text)]
    if spoken.analyzer == "english":
        words = [_without_possessive(word) for word in words]
    words = [word for word in words if word not in spoken.stop_words]
    return list(map(spoken.light, words)) if spoken.light else _stemmer(spoken.stemmer)(words)


def _parted(text: str) -> list[tuple[int, str]]:
    """The words of a text in lower case, each with the place where it begins."""
    found = [each for each in _words().finditer(text.lower()) if each[0].strip("_")]
    return [(each.start(), piece) for each in found for piece in pieces(each[0])]


@cache
def _words() -> re.Pattern[str]:
    """Words as Lucene's standard tokenizer cuts them (Unicode, annex 29): with their marks, with
    colons, apostrophes and full stops between letters, commas and full stops between digits."""
    marked = ("Mn", "Mc", "Me", "Cf")
    codes = [0xAD, *range(0x300, 0x200B), *range(0x200C, 0xFFFE)]
    marks = "".join(chr(code) for code in codes if unicodedata.category(chr(code)) in marked)
    letters = rf"[^\W{ALONE}{KATAKANA}{NUMERALS}]+"
    part = rf"{letters}(?:[{marks}]+{letters})*[{marks}]*"
    in_words = (
        rf"[:·.'‘’‧․﹒﹕．：＇](?=[^\W\d_{ALONE}{KATAKANA}{NUMERALS}])(?<=(?:[^\W\d_]|[{marks}]).)"
    )
    in_numbers = r"[,;.'‘’․،٬﹒，．；＇](?=\d)(?<=\d.)"
    return re.compile(
        rf"[{ALONE}][{marks}]*|[{KATAKANA}][{KATAKANA}{marks}]*"
        rf"|{part}(?:(?:{in_words}|{in_numbers}){part})*"
    )


def pieces(word: str) -> list[str]:
    """A word as full text takes it: whole, or cut where it is too long."""
    starts = range(0, len(word), LONGEST_WORD)
    return [word[start : start + LONGEST_WORD] for start in starts]


def name_key(name: str, language_name: str = "english") -> str:
    """One key for the spellings of a name: "Lipsticks", "lipstick" and "LIPSTICK" share theirs.

    Apostrophes, accents on Latin letters and the stops of initials do not count, other
    punctuation parts words: "L'Oréal" -> "loreal", "e.l.f." -> "elf", "Hair-Care" -> "hair care".
    """
    folded = normalized("NFKC", name).casefold().replace("_", " ")
    folded = _INITIALS.sub(lambda found: found[0].replace(".", ""), folded)
    words = [_APOSTROPHE.sub("", _without_possessive(word)) for word in _NAME.findall(folded)]
    parts = " ".join(words).replace(".", " ").split()
    return " ".join(map(_plain_letters, _stemmer(language(language_name).stemmer)(parts)))


def _without_possessive(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _plain_letters(word: str) -> str:
    """Latin letters without their accents; marks of other scripts change the letter and stay."""
    plain: list[str] = []
    for character in normalized("NFKD", word):
        accent = "\u0300" <= character <= "\u036f"
        if not (accent and plain and plain[-1].isascii()):
            plain.append(character)
    return unicodedata.normalize("NFC", "".join(plain))


@cache
def _stemmer(algorithm: str | None) -> Callable[[list[str]], list[str]]:
    if algorithm is None:
        return list
    stemmer, alone = Stemmer.Stemmer(algorithm), Lock()

    def stem(words: list[str]) -> list[str]:
        with alone:  # a stemmer keeps a cache that threads must not share unguarded
            stems = stemmer.stemWords(words)
        # By Porter's algorithm as Lucene has it, words of two letters are stems: "us", "xs".
        short = 3 if algorithm == "porter" else 0
        return [
            word if len(word) < short else found for word, found in zip(words, stems, strict=True)
        ]

    return stem
