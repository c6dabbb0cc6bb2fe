"""What Lucene's analyzers do to the words of a language after parting a text into words.

Each is held against the analyzer of Neo4j by tests: stop words, forms that have become one stem,
pairs of characters.
"""

import re
import unicodedata
from itertools import pairwise

_ENGLISH = (
    "a an and are as at be but by for if in into is it no not of on or such"
    " that the their then there these they this to was will with"
)
ENGLISH_STOP_WORDS = frozenset(_ENGLISH.split())
"""What Lucene's English analyzer leaves out; most lists are longer and lose `all` and `one`."""

CJK_STOP_WORDS = (ENGLISH_STOP_WORDS - {"an"}) | {"s", "t", "www"}

_GERMAN = (
    "aber alle allem allen aller alles als also am an ander andere anderem anderen anderer"
    " anderes anderm andern anderr anders auch auf aus bei bin bis bist da damit dann das"
    " dasselbe daß dazu dein deine deinem deinen deiner deines dem demselben den denn"
    " denselben der derer derselbe derselben des desselben dessen dich die dies diese dieselbe"
    " dieselben diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer"
    " eines einig einige einigem einigen einiger einiges einmal er es etwas euch euer eure"
    " eurem euren eurer eures für gegen gewesen hab habe haben hat hatte hatten hier hin"
    " hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist jede jedem"
    " jeden jeder jedes jene jenem jenen jener jenes jetzt kann kein keine keinem keinen"
    " keiner keines können könnte machen man manche manchem manchen mancher manches mein meine"
    " meinem meinen meiner meines mich mir mit muss musste nach nicht nichts noch nun nur ob"
    " oder ohne sehr sein seine seinem seinen seiner seines selbst sich sie sind so solche"
    " solchem solchen solcher solches soll sollte sondern sonst über um und uns unse unsem"
    " unsen unser unses unter viel vom von vor während war waren warst was weg weil weiter"
    " welche welchem welchen welcher welches wenn werde werden wie wieder will wir wird wirst"
    " wo wollen wollte würde würden zu zum zur zwar zwischen"
)
GERMAN_STOP_WORDS = frozenset(_GERMAN.split())

_ARABIC = (
    "من ومن منها منه في وفي فيها فيه و ف ثم او أو ب بها به ا أ اى اي أي أى لا ولا الا ألا إلا"
    " لكن ما وما كما فما عن مع اذا إذا ان أن إن انها أنها إنها انه أنه إنه بان بأن فان فأن وان"
    " وأن وإن التى التي الذى الذي الذين الى الي إلى إلي على عليها عليه اما أما إما ايضا أيضا كل"
    " وكل لم ولم لن ولن هى هي هو وهى وهي وهو فهى فهي فهو انت أنت لك لها له هذه هذا تلك ذلك هناك"
    " كانت كان يكون تكون وكانت وكان غير بعض قد نحو بين بينما منذ ضمن حيث الان الآن خلال بعد قبل"
    " حتى عند عندما لدى جميع"
)
ARABIC_STOP_WORDS = frozenset(_ARABIC.split())

_UMLAUTS = str.maketrans("äöü", "aou", "") | {ord("ß"): "ss"}
_WRITTEN_OUT = re.compile(r"([ao]|(?<![aeiouyqäöü])u)e")
_PLAIN = str.maketrans("äàáâöòóôïìíîüùúû", "aaaaooooiiiiuuuu")


def german(word: str) -> str:
    """Umlauts as they are read however they are written, and no endings (Savoy's light stemmer)."""
    word = _WRITTEN_OUT.sub(r"\1", word).translate(_UMLAUTS).translate(_PLAIN)
    for least, ending in ((6, "ern"), (5, "e[mnrs]"), (4, "e"), (4, "(?<=[bdfghklmnt])s")):
        if len(word) >= least and (found := re.search(f"{ending}$", word)):
            word = word[: found.start()]
            break
    for least, ending in ((6, "est"), (5, "e[rn]"), (5, "(?<=[bdfghklmnt])st")):
        if len(word) >= least and (found := re.search(f"{ending}$", word)):
            return word[: found.start()]
    return word


_ONE_LETTER = str.maketrans("آأإىة", "ااايه", "ـًٌٍَُِّْ")
_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def arabic(word: str) -> str:
    """Letters that are written for one another as one, digits as 0 to 9, no vowel signs, no
    article, conjunction or ending (Larkey's light stemmer)."""
    word = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in word)
    word = word.translate(_ONE_LETTER)
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) >= max(len(prefix) + 2, 4):
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word


_IDEOGRAPHS = (
    r"\u3006\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
HIRAGANA = r"\u3041-\u309f"
KATAKANA = r"\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
ALONE = _IDEOGRAPHS + HIRAGANA
"""Characters that are a word each in a text that is parted into words."""

NUMERALS = r"\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2099\u2150-\u215f\u2460-\u24ff\u2776-\u2793"
"""Numbers that are raised, in circles or fractions: no part of a word."""

_HANGUL = r"\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_PAIRED = re.compile(rf"[{ALONE}{KATAKANA}]+|[{_HANGUL}]+")
_OTHER_WIDTH = re.compile(r"[\uff01-\uff5e\uff65-\uff9f]+")


def one_width(text: str) -> str:
    """Letters as wide as an ideograph as the plain ones, and katakana of half that width whole."""
    return _OTHER_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def pairs(spans: list[tuple[int, str]]) -> list[str]:
    """Words with the places where they begin, those of ideographs, kana and hangul as overlapping
    pairs of characters; a character between others is a word by itself."""
    words: list[str] = []
    run, end = "", -1
    for start, word in spans:
        paired = _PAIRED.fullmatch(word) is not None
        if run and not (paired and start == end):
            words += _paired(run)
            run = ""
        if paired:
            run += word
        else:
            words.append(word)
        end = start + len(word)
    return words + _paired(run)


def _paired(run: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(run)] if len(run) > 1 else [*run]
