"""Keep the server busy: a few creating statements at a time, while the next rows are being read."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from kg.errors import KgrecError

THREADS = 2
"""One statement runs while another commits: more only wait, since commits take turns."""

Job = Callable[[], object]
Done = Callable[[KgrecError | None], None]


class Pipeline:
    """Runs jobs in threads, begun in order; what came of them is told in the caller's thread.

    A `with` block waits for its jobs at its end. Where the block is left by an error, jobs that
    have not begun are dropped.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="kgrec-write")
        self._running: deque[tuple[Future[object], Done]] = deque()
        self._most = threads + 1

    def put(self, job: Job, done: Done) -> None:
        """Run `job` soon; a later put or wait calls `done`, with the error if it failed.

        Waits while enough is being done, so that rows do not pile up.
        """
        while len(self._running) >= self._most:
            self._settle()
        self._running.append((self._pool.submit(job), done))

    def wait(self) -> None:
        """Return when all jobs are done."""
        while self._running:
            self._settle()

    def __enter__(self) -> "Pipeline":
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish, or give up."""
        try:
            if kind is None:
                self.wait()
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _settle(self) -> None:
        """Wait for the oldest job."""
        job, done = self._running.popleft()
        failed: KgrecError | None = None
        try:
            job.result()
        except KgrecError as error:
            failed = error
        done(failed)
