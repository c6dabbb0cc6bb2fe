"""`kgrec rules`: what the shop itself says of its lists."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.options import MOMENT, AsJson, minor, on_clock
from cli.render import print_json, say
from kg.money import readable
from kg.rules.types import Rule

app = typer.Typer(name="rules", help="Boost, bury, pin, hide and promote.", no_args_is_help=True)


@app.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="boost|bury|pin|hide|promotion")],
    product: Annotated[list[str] | None, typer.Option(help="A product's id.")] = None,
    brand: Annotated[list[str] | None, typer.Option(help="A brand: all of its products.")] = None,
    category: Annotated[
        list[str] | None, typer.Option(help="A category, and those below it: id, path or name.")
    ] = None,
    weight: Annotated[
        float | None,
        typer.Option(help="Of a boost or bury: the share of the way from the worst to the best."),
    ] = None,
    position: Annotated[int | None, typer.Option(help="Of a pin, counted from 1.")] = None,
    discount: Annotated[float | None, typer.Option(help="Of a promotion, in percent.")] = None,
    budget: Annotated[
        str | None,
        typer.Option(metavar="MONEY", help="What the discount may cost, as in 250.00."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=f"When it begins, {MOMENT}; else now."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When it ends, likewise; else it is ended by you."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    id_: Annotated[str | None, typer.Option("--id", help="What to call it; else drawn.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put up a rule for products, a brand or a category; the next request knows of it.

    `hide` comes before `pin`, `pin` before `boost` and `bury`, which add up, and these before
    `promotion`: a sponsored place, labelled as such, at most each fifth of a list. What a user has,
    and what a filter refuses, stays out all the same.

        kgrec rules add boost --brand Acme --weight 0.3 --until 2026-12-24

        kgrec rules add pin --product p00017 --position 1

        kgrec rules add promotion --category Tents --discount 15 --budget 250.00
    """
    from kg.graph.open import open_graph
    from kg.meta import built_meta
    from kg.rules.types import NewRule
    from kg.rules.write import add_rule

    with open_graph(say) as graph:
        currency = built_meta(graph).currency
        new = NewRule(
            kind,
            products=tuple(product or ()),
            brands=tuple(brand or ()),
            categories=tuple(category or ()),
            since=_moment("--from", since),
            until=_moment("--until", until),
            weight=weight,
            position=position,
            discount=discount,
            budget=minor("--budget", budget, currency),
            note=note,
            rule_id=id_,
        )
        _show([add_rule(graph, new)], currency, as_json)


@app.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--all", help="Those that are over as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the rules that hold or are to come."""
    from kg.graph.open import open_graph
    from kg.meta import built_meta
    from kg.rules.read import list_rules

    with open_graph(say) as graph:
        found = list_rules(graph, ended=ended)
        _show(found, built_meta(graph).currency, as_json)
    if not found:
        say("no rules; put one up with kgrec rules add")


@app.command()
def end(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id, as in kgrec rules list.")],
    as_json: AsJson = False,
) -> None:
    """End a rule: it holds no more from the next request on."""
    from kg.graph.open import open_graph
    from kg.meta import built_meta
    from kg.rules.write import end_rule

    with open_graph(say) as graph:
        _show([end_rule(graph, rule)], built_meta(graph).currency, as_json)


def _moment(option: str, text: str | None) -> int | None:
    return None if text is None else on_clock(text, lambda: "time", option)


def _show(rules: list[Rule], currency: str | None, as_json: bool) -> None:
    now = int(time.time())
    if as_json:
        from kg.recommend.as_json import rule_as_json

        print_json({"rules": [rule_as_json(each, now) for each in rules]})
        return
    for each in rules:
        typer.echo(_line(each, now, currency))


def _line(rule: Rule, now: int, currency: str | None) -> str:
    """A rule in a line: 5f2c9a1e  holds  boost 0.3  Acme  from 2026-01-01 00:00 UTC  spring."""
    targets = ", ".join(each.name or each.id for each in rule.targets) or "nothing that is there"
    parts = (
        rule.rule_id,
        rule.state(now),
        " ".join([rule.kind, *_numbers(rule, currency)]),
        targets,
        _span(rule),
        rule.note or "",
    )
    return "  ".join(part for part in parts if part)


def _span(rule: Rule) -> str:
    if rule.until is None:
        return f"from {_date(rule.since)}"
    if rule.until <= rule.since:
        return f"ended {_date(rule.until)}, before it was to begin {_date(rule.since)}"
    return f"from {_date(rule.since)} until {_date(rule.until)}"


def _numbers(rule: Rule, currency: str | None) -> list[str]:
    said = [f"{rule.weight:g}"] if rule.weight is not None else []
    said += [f"to {rule.position}"] if rule.position is not None else []
    said += [f"{rule.discount:g}%"] if rule.discount is not None else []
    if rule.budget is not None:
        said.append(f"{readable(rule.spent or 0, currency)} of {readable(rule.budget, currency)}")
    return said


def _date(moment: int) -> str:
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):  # further away than a date can be
        return str(moment)
