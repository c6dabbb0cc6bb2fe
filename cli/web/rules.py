"""Rules and promotions of the shop: look at them, put them up, end them."""

import time
from typing import Annotated

from fastapi import APIRouter, Query, Response

from cli.web.answers import json_response
from cli.web.bodies import Id, RuleBody
from cli.web.examples import RULE, RULES
from cli.web.guard import ADMIN, READ
from cli.web.service import Serving
from kg.recommend.as_json import rule_as_json
from kg.rules.read import list_rules
from kg.rules.types import Rule
from kg.rules.write import add_rule, end_rule

router = APIRouter(prefix="/v1/rules", tags=["rules"])


@router.get("", summary="The rules of the shop", responses=RULES, dependencies=[READ])
def rules(
    serving: Serving,
    ended: Annotated[bool, Query(description="Those that are over as well.")] = False,
) -> Response:
    """Those that hold or are to come, the earliest first, with how each stands."""
    now = int(time.time())
    found = serving.ask(lambda asked: list_rules(asked.graph, ended=ended))
    return json_response({"rules": [rule_as_json(each, now) for each in found]})


@router.post("", summary="Put up a rule", status_code=201, responses=RULE, dependencies=[ADMIN])
def add(body: RuleBody, serving: Serving) -> Response:
    """Boost, bury, pin or hide products, those of a brand or of a category; or promote them: a
    sponsored place, labelled as such, with a discount in percent and a budget in minor units.

    The next request knows of it. Hide comes before pin, pin before boost and bury, which add up.
    """
    return _told(serving.change_rules(lambda graph: add_rule(graph, body.new())), 201)


@router.delete("/{rule_id:path}", summary="End a rule", responses=RULE, dependencies=[ADMIN])
def end(rule_id: Id, serving: Serving) -> Response:
    """It holds no more from the next request on, and stays known as one that is over."""
    return _told(serving.change_rules(lambda graph: end_rule(graph, rule_id)), 200)


def _told(rule: Rule, status: int) -> Response:
    return json_response(rule_as_json(rule, int(time.time())), status)
