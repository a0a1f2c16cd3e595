"""One worker around the networks, and a bounded number of requests in process."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Answer = TypeVar('Answer')


class BusyError(RuntimeError):
    """All places are taken; the message is for the user.

    Args:
        message: what is wrong.
        retry_after: seconds after which a place is likely to be free.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Worker:
    """Runs tasks one after another in a thread of its own, in the order in which they come.

    The networks are used by this thread alone. It survives every exception of a task, which its future holds.

    Args:
        places: number of requests that may be in process at a time, see :meth:`place`.

    >>> worker = Worker(places=2)
    >>> worker.submit(lambda: 1 + 1).result()
    2
    >>> worker.close()
    """

    def __init__(self, places: int) -> None:
        self.places, self.taken, self.seconds = places, 0, 0.1
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, 'ofer-worker')

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places during a request.

        Raises:
            BusyError: all are taken.
        """
        with self._lock:
            if self.taken >= self.places:
                raise BusyError(f'{self.places} requests are in process already. Try again in a moment.', self.retry_after())
            self.taken += 1
        try:
            yield
        finally:
            with self._lock:
                self.taken -= 1

    def retry_after(self) -> int:
        """Seconds in which the requests in process will be answered, estimated from the last ones."""
        return max(1, math.ceil(self.taken * self.seconds))

    def submit(self, task: Callable[[], Answer]) -> 'Future[Answer]':
        """Queue a task. A future that is cancelled before its turn is not run."""
        return self._thread.submit(self._timed, task)

    def _timed(self, task: Callable[[], Answer]) -> Answer:
        begin = time.perf_counter()
        try:
            return task()
        finally:
            self.seconds += 0.1 * (time.perf_counter() - begin - self.seconds)

    def close(self) -> None:
        """Drop what waits, and wait for the running task."""
        self._thread.shutdown(cancel_futures=True)
