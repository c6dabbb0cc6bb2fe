"""How `recommend`, `similar` and `hot` show a result: a list for people, or one JSON object."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote

import typer

from cli.render import print_json, say
from kg.money import readable
from kg.recommend.types import (
    Entity,
    Fired,
    Intent,
    Named,
    Neighbour,
    Path,
    PathRelationship,
    Recommendation,
    Result,
)
from kg.stock import MOVED

BAR = 30
"""Characters of the longest bar."""

BLOCKS = " ▏▎▍▌▋▊▉█"

NAMED = 8
"""How many of V_U and V_U' are named."""

LONGEST = 40
"""Characters of their names."""

LEAST = 5e-5
"""A smaller difference is 0 as it is printed."""


def show(result: Result, explain: bool = False, as_json: bool = False) -> None:
    """Print a result: what was understood (explained only), the list, and notes on stderr."""
    if as_json:
        from kg.recommend.as_json import as_json as plain

        print_json(plain(result))
        return
    if explain:
        _show_understood(result)
    for each in result.results:
        _show_one(each, result.currency, explain)
    for note in result.notes:
        say(note.text)
    if not result.results:
        say("no product to recommend")
    if explain:
        spent = ", ".join(f"{stage} {ms:.0f}" for stage, ms in result.timings_ms.items())
        say(f"milliseconds: {spent}")


def _show_one(each: Recommendation, currency: str | None, explain: bool) -> None:
    price = None if each.price_minor is None else readable(each.price_minor, currency)
    stock = "out of stock" if each.in_stock is False else None
    said = [each.brand, price, stock, *map(steered, each.rules)]
    facts = "  ".join(part for part in said if part)
    title = typer.style(each.title, bold=True)
    typer.echo(f"{each.rank:>3}  {title}  {facts}".rstrip())
    typer.echo(f"     {each.product_id}  {typer.style(each.reason, dim=True)}")
    if explain:
        _explain(each)


STEERED = {
    "boost": "boosted",
    "bury": "buried",
    "pin": "pinned",
    "promotion": "sponsored",
}
"""What a rule has done to a product."""


def steered(rule: Fired) -> str:
    """A rule that fired, as a label: boosted by spring, sponsored (15% off) by sale."""
    off = "" if rule.discount is None else f" ({rule.discount:g}% off)"
    return f"{STEERED[rule.kind]}{off} by {rule.rule_id}"


def _explain(each: Recommendation) -> None:
    for line in compared(each):
        typer.echo(f"       {line}")
    if each.moved_by:
        typer.echo(f"       {moved(each.moved_by)}")
    for path in each.paths:
        typer.echo(f"       {drawn(path)}")
    typer.echo(f"       {each.browser_cypher}\n")


def compared(each: Recommendation) -> list[str]:
    """What speaks for and against a product beside the next one, as bars that add up to the
    difference of the scores, what speaks most for it first."""
    found = each.compared
    if found is None:
        return [f"score {each.score:.4f}"]
    longest = max((abs(part.by) for part in found.terms), default=1.0)
    shown = [part for part in found.terms if abs(part.by) >= LEAST]
    width = max((len(part.words) for part in shown), default=0)
    lines = [
        f"{part.words:<{width}}  {part.by:>+8.4f}  {_bar(abs(part.by) / longest)}".rstrip()
        for part in shown
    ]
    other = "the next" if found.listed else "the best that is not listed"
    said = f"{abs(found.by):.4f} {'below' if found.by < 0 else 'above'} {other}, {found.title}"
    return [f"score {each.score:.4f}, {said}{_put_first(found.moved_by)}", *lines]


def _put_first(mover: str | None) -> str:
    """What put a product before one of a higher score."""
    if mover is None:
        return ""
    return "; that one is out of stock" if mover == MOVED else f"; {_mover(mover)} put it first"


def moved(mover: str) -> str:
    """What moved a product: moved by rule spring."""
    return "behind what is in stock" if mover == MOVED else f"moved by {_mover(mover)}"


def _mover(by: str) -> str:
    return "variety" if by == "diversity" else by.replace(":", " ")


def _bar(share: float) -> str:
    eighths = round(share * BAR * 8)
    return ("█" * (eighths // 8) + BLOCKS[eighths % 8]).rstrip()


def drawn(path: Path) -> str:
    """A path in a line: ann -BOUGHT-> Acme Runner Shoe -BOUGHT_NEXT (14 people)-> Bolt Sock."""
    line = path.nodes[0].name
    for relationship, node in zip(path.relationships, path.nodes[1:], strict=True):
        before, after = ("-", "->") if relationship.forward else ("<-", "-")
        line += f" {before}{_kind(relationship)}{after} {node.name}"
    return line


def _kind(relationship: PathRelationship) -> str:
    known = relationship.properties
    if "support" in known:
        people = known["support"]
        return f"{relationship.type} ({people} {'person' if people == 1 else 'people'})"
    return f"{relationship.type} (rank {known['rank']})" if "rank" in known else relationship.type


def _show_understood(result: Result) -> None:
    if result.request.query:
        typer.echo(f"understood: {understood(result.intent, result.currency)}")
    for title, nodes in (("means", result.entities), ("leads to", result.neighbours)):
        if nodes:
            names = [_short(each) for each in told_apart(nodes[:NAMED])]
            more = f" and {len(nodes) - NAMED} more" if len(nodes) > NAMED else ""
            typer.echo(f"{title}: {', '.join(names)}{more}")
    typer.echo(f"recipe: {result.recipe}\n")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip(' ,')}…"


def understood(intent: Intent, currency: str | None) -> str:
    """What was read out of a search text, in words."""
    low, high = intent.min_price_minor, intent.max_price_minor
    parts = [
        f'text "{intent.text}"' if intent.text else "",
        _listed("brand", intent.brands),
        _listed("category", intent.categories),
        f"at least {readable(low, currency)}" if low is not None else "",
        f"at most {readable(high, currency)}" if high is not None else "",
        _listed("without", intent.excluded),
    ]
    return "; ".join(part for part in parts if part) or "nothing"


def _listed(word: str, named: Sequence[Named]) -> str:
    return f"{word} {', '.join(told_apart(named))}" if named else ""


def told_apart(nodes: Sequence[Named | Entity | Neighbour]) -> list[str]:
    """Names of nodes; categories of one name are told apart by what they are in: Socks (men)."""
    names = [each.name or each.id for each in nodes]
    alike = Counter((each.label, each.name) for each in nodes)
    for at, each in enumerate(nodes):
        above = each.id.split("/")[-2:-1]
        if each.label == "Category" and alike[each.label, each.name] > 1 and above:
            names[at] += f" ({unquote(above[0])})"
    return names
