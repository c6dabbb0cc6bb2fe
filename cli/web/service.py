"""What the routes share: the recommender, and whether its server is away."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from cli.web.away import Away
from cli.web.config import ServeConfig
from kg.errors import ConnectionFailed, KgrecError
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request as Question

Answer = TypeVar("Answer")


class Service:
    """A recommender that is served. Safe to share between threads."""

    def __init__(self, recommender: Recommender, config: ServeConfig) -> None:
        self.recommender = recommender
        self.config = config
        self.away = Away(config.rest_s)
        self.warmed = Event()

    def ask(self, work: Callable[[Recommender], Answer]) -> Answer:
        """What `work` answers. Raises ConnectionFailed at once while the server is away."""
        self.away.check()
        try:
            answer = work(self.recommender)
        except ConnectionFailed as error:
            self.away.failed(error)
            raise
        except KgrecError:
            self.away.answered()
            raise
        self.away.answered()
        return answer

    def warm(self) -> None:
        """Read ahead what requests need, the text encoder included."""
        with suppress(KgrecError):  # what is missing is told by /readyz and by the first request
            self.ask(lambda recommender: recommender.warm())
            self.ask(lambda recommender: recommender.recommend(Question(query="warm", k=1)))
        self.warmed.set()


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]
"""The service, as a parameter of a route."""
