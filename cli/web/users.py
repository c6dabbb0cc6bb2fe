"""Users: who there is, what one likes, make one known, forget one."""

from dataclasses import asdict
from operator import methodcaller
from typing import Annotated

from fastapi import APIRouter, Query, Response

from cli.web.answers import json_response
from cli.web.bodies import Id
from cli.web.config import MAX_ID, MAX_USERS
from cli.web.examples import FORGOTTEN, KNOWN, PROFILES, USERS
from cli.web.guard import ADMIN, READ, WRITE
from cli.web.service import Serving
from kg.connection import snapshot_folder
from kg.live.users import forget_user, put_user
from kg.snapshot import remove_snapshot

router = APIRouter(prefix="/v1/users", tags=["users"])


@router.get(
    "/{user_id:path}/profile",
    summary="A user's taste",
    responses=PROFILES,
    dependencies=[READ],
)
def profile(user_id: Id, serving: Serving) -> Response:
    """By category, brand and price, each with the products that say so: the same products, with
    the same weights, that the user's recommendations start from.
    """
    return json_response(serving.ask_known(lambda asked: asked.profile(user_id)))


@router.get("", summary="Users by id", responses=USERS, dependencies=[ADMIN])
def listed(
    serving: Serving,
    prefix: Annotated[str, Query(max_length=MAX_ID)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_USERS)] = 10,
) -> Response:
    """The first users whose id begins with the prefix, to pick one. It needs the scope admin: with
    it and a key that may read, everybody's taste can be read.
    """
    found = serving.ask(lambda asked: asked.users(prefix, limit))
    return json_response({"users": found})


@router.put("/{user_id:path}", summary="Make a user known", responses=KNOWN, dependencies=[WRITE])
def put(user_id: Id, serving: Serving) -> Response:
    """Not needed before events: these make their users known themselves."""
    created = serving.write(lambda graph: put_user(graph, user_id))
    serving.changed(methodcaller("meet", user_id))
    return json_response({"created": created}, 201 if created else 200)


@router.delete(
    "/{user_id:path}", summary="Forget a user", responses=FORGOTTEN, dependencies=[ADMIN]
)
def delete(user_id: Id, serving: Serving) -> Response:
    """Erases the user with all events; only a hash of the id stays, so that no load brings the
    user back. Says what was erased and which models had seen it.
    """
    kept = serving.impressions.store if serving.impressions else None
    done = serving.write(lambda graph: forget_user(graph, user_id, kept, serving.queue))
    remove_snapshot(snapshot_folder())
    serving.forget(user_id)
    return json_response(asdict(done))
