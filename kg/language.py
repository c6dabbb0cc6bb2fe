"""Words of a language: the tokens that full text compares, and keys under which names meet."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

import Stemmer


@dataclass(frozen=True)
class Language:
    """Which stemmer and which Neo4j full-text analyzer; words too common to be looked up."""

    stemmer: str | None
    analyzer: str
    stop_words: frozenset[str] = frozenset()


_STOP_WORDS = (
    "a an and are as at be but by for if in into is it no not of on or such"
    " that the their then there these they this to was will with"
)
ENGLISH_STOP_WORDS = frozenset(_STOP_WORDS.split())
"""What Lucene's English analyzer leaves out; most lists are longer and lose `all` and `one`."""

_SAME_NAME = (
    "arabic armenian basque catalan czech danish dutch finnish french german greek hindi hungarian"
    " indonesian irish italian lithuanian norwegian persian portuguese romanian russian spanish"
    " swedish turkish"
)

LANGUAGES: dict[str, Language] = {
    # Lucene's English analyzer stems by Porter's first algorithm, not by its successor.
    "english": Language("porter", "english", ENGLISH_STOP_WORDS),
    **{name: Language(name, name) for name in _SAME_NAME.split()},
    "chinese": Language(None, "cjk"),
    "japanese": Language(None, "cjk"),
    "korean": Language(None, "cjk"),
    "none": Language(None, "standard-no-stop-words"),
}
"""By the name that `--language` takes; `none` compares words as they are."""

# Ideographs and hiragana stand alone, as in Lucene's standard tokenizer.
_ALONE = r"\u3040-\u309f\u3400-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\W{_ALONE}]+"
_NAME = re.compile(rf"[{_ALONE}]|{_LETTERS}(?:['’.]{_LETTERS})*")
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
    """The words of `text` as full text compares them: lower case, no possessive 's.

    With `stem`, stop words are left out and the rest are reduced to their stems.
    """
    found = (each for each in _words().findall(text.lower()) if each.strip("_"))
    words = [_without_possessive(piece) for word in found for piece in pieces(word)]
    if not stem:
        return words
    spoken = language(name)
    return _stemmer(spoken.stemmer)([word for word in words if word not in spoken.stop_words])


@cache
def _words() -> re.Pattern[str]:
    """Words as Lucene's standard tokenizer cuts them (Unicode, annex 29): with their marks, with
    colons, apostrophes and full stops between letters, commas and full stops between digits."""
    marked = ("Mn", "Mc", "Me", "Cf")
    codes = [0xAD, *range(0x300, 0x200B), *range(0x200C, 0xFFFE)]
    marks = "".join(chr(code) for code in codes if unicodedata.category(chr(code)) in marked)
    part = rf"{_LETTERS}(?:[{marks}]+{_LETTERS})*[{marks}]*"
    in_words = rf"[:·.'‘’‧․﹒﹕．：＇](?=[^\W\d_])(?<=(?:[^\W\d_]|[{marks}]).)"
    in_numbers = r"[,;.'‘’․،٬﹒，．；＇](?=\d)(?<=\d.)"
    return re.compile(rf"[{_ALONE}]|{part}(?:(?:{in_words}|{in_numbers}){part})*")


def pieces(word: str) -> list[str]:
    """A word as full text takes it: whole, or cut where it is too long."""
    starts = range(0, len(word), LONGEST_WORD)
    return [word[start : start + LONGEST_WORD] for start in starts]


def name_key(name: str, language_name: str = "english") -> str:
    """One key for the spellings of a name: "Lipsticks", "lipstick" and "LIPSTICK" share theirs.

    Apostrophes, accents on Latin letters and the stops of initials do not count, other
    punctuation parts words: "L'Oréal" -> "loreal", "e.l.f." -> "elf", "Hair-Care" -> "hair care".
    """
    folded = unicodedata.normalize("NFKC", name).casefold().replace("_", " ")
    folded = _INITIALS.sub(lambda found: found[0].replace(".", ""), folded)
    words = [_APOSTROPHE.sub("", _without_possessive(word)) for word in _NAME.findall(folded)]
    parts = " ".join(words).replace(".", " ").split()
    return " ".join(map(_plain_letters, _stemmer(language(language_name).stemmer)(parts)))


def _without_possessive(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _plain_letters(word: str) -> str:
    """Latin letters without their accents; marks of other scripts change the letter and stay."""
    plain: list[str] = []
    for character in unicodedata.normalize("NFKD", word):
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
            return list(stemmer.stemWords(words))

    return stem
