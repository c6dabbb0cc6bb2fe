"""Values that have broken programs before, and changes that make text and bytes odd."""

from random import Random

TEXTS = (
    *(
        "",
        " ",
        "\0",
        "\t",
        "\n",
        "a\nb",
        "a\rb",
        '"',
        "'",
        '""',
        ",",
        ";",
        "|",
        "\\",
        "\x1e",
        "\x1f",
    ),
    *(
        "\ufeff",
        "\u202e",
        "\u200b",
        "\u00a0",
        "\u2028",
        "\x85",
        "\U0001f9e8",
        "e\u0301",
        "ß",
        "İ",
        "ǅ",
    ),
    *("漢字", "日本 語", "שלום", "مرحبا", "हिन्दी", "\ufffd", "\ufffe", "\U0010ffff"),
    *("null", "None", "NaN", "nan", "NA", "true", "false", "undefined", "-", "—", "?", "[]", "{}"),
    *("0", "-0", "1", "-1", "+5", "--5", "5-", "007", "1_000", "0x10", "1e3", "1e400", "1e-400"),
    *(
        "inf",
        "-inf",
        "Infinity",
        "٣",
        "３",
        "½",
        "Ⅷ",
        "²",
        "१२",
        "1.5.2",
        "1,2,3",
        "1.299,00",
        "1,299.00",
    ),
    *("9" * 19, "9" * 400, "9223372036854775807", "9223372036854775808", "-9223372036854775808"),
    *("18446744073709551616", "2147483648", "4294967296", "0.1", ".5", "5.", "1.005", "17850.0"),
    *(
        "$1",
        "€ 5",
        "5 €",
        "USD 5",
        "5 USD",
        "¥5",
        "₹5",
        "kr 5",
        "From $5",
        "$5 - $9",
        "free",
        "US$",
    ),
    *("1970-01-01", "1969-12-31", "0001-01-01", "9999-12-31T23:59:59Z", "2025-02-30", "2025-13-45"),
    *("3/4/2025", "31/12/2025", "31/31/2025", "20250101", "45658", "1735689600000", "1735689600.5"),
    *(
        "1735689600000000",
        "1735689600000000000",
        "253402300800",
        "12:30",
        "24:00",
        "P1D",
        "Jan 5, 2025",
    ),
    *(
        "2025-01-01T00:00:00+99:99",
        "2025-01-01 00:00",
        "2025-W01",
        "2025-01",
        "99999999999999999999",
    ),
    *("A > B > C", ">", "> >", "A>", "A|B", "||", "a/b", "%2F", '["A","B"]', "[[]]", '{"a": 1}'),
    *(
        "<b>x</b>",
        "<!--" * 50,
        "<script>",
        "&amp;amp;#39;",
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "<" * 99,
    ),
    *("x" * 999, "x" * 1001, "é" * 600, "x" * 20_000, "=1+1", "'00123", '="00124"', "a" * 513),
    *(
        "C123",
        "view",
        "VIEWED",
        "buy",
        "rate",
        "5",
        "USD",
        "usd ",
        "in stock",
        "10+",
        "yes",
        "runner",
    ),
)

BYTES = (
    *(
        b"\xff",
        b"\0",
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"'",
        b"\\",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x1f\x8b",
        b"PAR1",
        b"\x1e",
        b"\x1f",
    ),
    *(b"{", b"}", b"[", b"]", b":", b"null", b"-", b"1e999", b"\\u0000", b"\\ud800", b" ", b"\x80"),
)


def changed_text(rng: Random, text: str) -> str:
    """A text with one to three changes: pieces put in, left out, repeated, turned round."""
    for _ in range(rng.randint(1, 3)):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.randint(0, 6))
        piece = text[start:end]
        text = rng.choice(
            (
                text[:start] + rng.choice(TEXTS) + text[end:],
                text[:start] + text[end:],
                text[:end] + piece * rng.randint(1, 3) + text[end:],
                text[:start] + piece[::-1] + text[end:],
                text[:start] + piece.swapcase() + text[end:],
                text[:start] + chr(_code_point(rng)) + text[end:],
            )
        )
    return text


def _code_point(rng: Random) -> int:
    """Any character but half of one."""
    code = rng.choice((rng.randint(0, 0x2FF), rng.randint(0, 0xFFFF), rng.randint(0, 0x10FFFF)))
    return code if not 0xD800 <= code <= 0xDFFF else 0xFFFD


def changed_bytes(rng: Random, content: bytes) -> bytes:
    """Bytes with one to four changes: bits turned, pieces put in, left out, repeated, exchanged."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randint(0, len(content))
        end = min(len(content), start + rng.choice((1, 1, 2, 4, 16, 64)))
        content = _changed(rng, content, start, end)
    return content


def _changed(rng: Random, content: bytes, start: int, end: int) -> bytes:
    before, piece, after = content[:start], content[start:end], content[end:]
    match rng.randrange(7):
        case 0:
            return before + rng.choice(BYTES) + after
        case 1:
            return before + rng.choice(BYTES) + piece + after
        case 2:
            return before + after
        case 3:
            return before + piece * 2 + after
        case 4:
            return (
                before
                + bytes(byte ^ (1 << rng.randrange(8)) for byte in piece[:1])
                + piece[1:]
                + after
            )
        case 5:
            return before
        case _:
            return before + piece[::-1] + after
