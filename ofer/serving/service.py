"""What the routes and the page call: models by name, one worker, limits, counts."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

from ofer.inference.sources import Picture
from ofer.serving.limits import ServingLimits
from ofer.serving.queueing import BusyError, Worker
from ofer.serving.served import Answered, ServedModel
from ofer.serving.uploads import uploaded_picture

Answer = TypeVar('Answer')


class Service:
    """Models behind one worker.

    Args:
        models: at least one; the first is the default.
        limits: on uploads and on the queue.

    Raises:
        ValueError: no model, or two of one name.
    """

    def __init__(self, models: Sequence[ServedModel], limits: ServingLimits = ServingLimits()) -> None:  # noqa: B008 - frozen
        self.models: Mapping[str, ServedModel] = {model.name: model for model in models}
        if not models or len(self.models) < len(models):
            raise ValueError(f'models {[model.name for model in models]}: expected at least one, each with its own name')
        self.limits, self.default = limits, models[0].name
        self.worker = Worker(limits.waiting)
        self.began, self.answered = time.monotonic(), 0

    def model(self, name: str | None) -> ServedModel:
        """A model by name; the default for None.

        Raises:
            ValueError: no model has this name.
        """
        if name is None:
            name = self.default
        if name not in self.models:
            raise ValueError(f'model {name!r} is not served. Choose one of {", ".join(self.models)}.')
        return self.models[name]

    def predict(
        self, uploads: Sequence[tuple[str, bytes]], model: str | None = None, explain: bool = False, keep_images: bool = False
    ) -> 'Future[Answered]':
        """Queue images for prediction; they are decoded in their turn, so that few are in memory.

        When the time is over, the task ends at its next image: nobody waits for the others any more.

        Args:
            uploads: name and content of each file.
            model: name; None: the default.
            explain: whether results hold crops and attention.
            keep_images: whether pictures keep their image.

        Raises:
            ValueError: an unknown model.
        """
        chosen, deadline = self.model(model), time.monotonic() + self.limits.seconds

        def in_time() -> Iterator[Picture]:
            for upload in uploads:
                if time.monotonic() > deadline:
                    raise self.too_slow()
                yield uploaded_picture(*upload, self.limits)

        def task() -> Answered:
            answered = chosen.answer(in_time(), explain, keep_images)
            self.answered += len(answered)
            return answered

        return self.worker.submit(task)

    def wait(self, future: 'Future[Answer]') -> Answer:
        """The result of a queued task, within the limit of time.

        Raises:
            BusyError: it takes longer; the task is dropped unless it runs already.
        """
        try:
            return future.result(self.limits.seconds)
        except FutureTimeoutError:
            future.cancel()
            raise self.too_slow() from None

    def run(self, task: Callable[[], Answer]) -> Answer:
        """Run a task in the worker, within the limit of time."""
        return self.wait(self.worker.submit(task))

    def too_slow(self) -> BusyError:
        """The error for a request that waited too long."""
        return BusyError(f'not answered within {self.limits.seconds:g} s: the server is busy. Try again.', self.worker.retry_after())

    def close(self) -> None:
        """End the worker."""
        self.worker.close()
