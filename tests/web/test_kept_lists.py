"""Lists that are kept for their later pages, and whose they are."""

import pytest
from fastapi import HTTPException

from cli.web.lists import Lists
from kg.load.forgotten import hash_of
from kg.recommend.recommender import Recommender
from kg.recommend.told import told
from kg.recommend.types import Request


def test_of_a_forgotten_user_no_list_is_kept_and_of_others_all(recommender: Recommender) -> None:
    requests = [Request("ann", k=2), Request("ann", k=3), Request("bob", k=2), Request(k=2)]
    lists = Lists()
    answers = list(map(told, recommender.recommend_many(requests)))
    cursors = [lists.after(answer) for answer in answers]
    starts = [lists.find(cursor or "").start for cursor in cursors]
    assert starts == [2, 3, 2, 2]
    lists.forget({hash_of("ann")})
    for cursor in cursors[:2]:
        with pytest.raises(HTTPException) as error:
            lists.find(cursor or "")
        assert error.value.status_code == 410
    assert [lists.find(cursor or "").start for cursor in cursors[2:]] == [2, 2]
    on_their_way = [lists.after(answer) for answer in answers]
    assert on_their_way == [None, None, *cursors[2:]]
