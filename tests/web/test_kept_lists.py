"""Lists that are kept for their later pages, and whose they are."""

import pytest
from fastapi import HTTPException

from cli.web.lists import Lists
from kg.recommend.recommender import Recommender
from kg.recommend.told import told
from kg.recommend.types import Request


def test_of_a_forgotten_user_no_list_is_kept_and_of_others_all(recommender: Recommender) -> None:
    requests = [Request("ann", k=2), Request("ann", k=3), Request("bob", k=2), Request(k=2)]
    lists = Lists()
    cursors = [lists.after(told(found)) for found in recommender.recommend_many(requests)]
    starts = [lists.find(cursor or "").start for cursor in cursors]
    assert starts == [2, 3, 2, 2]
    lists.forget("ann")
    for cursor in cursors[:2]:
        with pytest.raises(HTTPException) as error:
            lists.find(cursor or "")
        assert error.value.status_code == 410
    assert [lists.find(cursor or "").start for cursor in cursors[2:]] == [2, 2]
