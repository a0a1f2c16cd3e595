"""SIGTERM and SIGINT as requests to stop at the next safe point."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from mmengine.dist import all_reduce, get_world_size
from torch import tensor

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """Context in which SIGTERM and SIGINT are only noted; a second SIGINT interrupts at once.

    Outside of the main thread, which alone receives signals, it does nothing.
    """

    def __init__(self) -> None:
        self.received = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> 'StopSignals':
        self.received = 0
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT == self.received:
            raise KeyboardInterrupt
        if not self.received:
            # Not through the logger, which may be writing just now.
            os.write(2, f'\n{signal.Signals(number).name}: stopping after this step\n'.encode())
        self.received = number

    def agreed(self) -> int:
        """The signal that any process has received; 0 if none has. All processes must call this at the same point."""
        if get_world_size() == 1:
            return self.received
        received = tensor(self.received)
        all_reduce(received, op='max')
        return int(received)


def shielded(init: Callable[[int], None] | None, worker: int) -> None:
    """Start a worker of a data loader so that it ignores signals that are meant for the run.

    Ctrl-C reaches the whole process group, and job schedulers send SIGTERM to every process of a job. A training whose workers are killed
    cannot write its checkpoint. The worker still ends when its parent stops it or exits.

    Args:
        init: another function that prepares the worker.
        worker: its number.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, 'sigwaitinfo'):  # not on macOS
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        threading.Thread(target=_obey_parent, daemon=True).start()
    if init is not None:
        init(worker)


def _obey_parent() -> None:
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != os.getppid():
        pass
    os._exit(0)
