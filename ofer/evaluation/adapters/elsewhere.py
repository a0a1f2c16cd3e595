"""A tool in the Python of another environment: started once, then asked for one array of images after the other."""

import os
import subprocess
import weakref
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

import numpy as np

_SERVE = """
import os, runpy, sys
replies = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)  # what a tool prints is no reply
import numpy
module, files = sys.argv[1:]
answer = runpy.run_path(module)['load'](files or None)
print('ready', file=replies, flush=True)
for line in sys.stdin:
    images, answers = line.rstrip('\\n').split('\\t')
    try:
        numpy.save(answers, answer(numpy.load(images)))
        reply = 'done'
    except Exception as error:
        reply = f'{type(error).__name__}: {error}'.replace('\\n', ' ')
    print(reply, file=replies, flush=True)
"""


class Elsewhere:
    """A function from images ``(N, H, W, 3)`` uint8 RGB to probabilities ``(N, K)`` that runs in another Python.

    Args:
        name: of the tool, for messages.
        module: file of the tool's module, see :mod:`ofer.evaluation.adapters.outside`.
        files: folder of its weights.
        python: interpreter of the environment.

    Raises:
        RuntimeError: that Python cannot be run, or the tool cannot be loaded there; the message has the end of its error output.
    """

    def __init__(self, name: str, module: Path, files: str | Path | None, python: str | Path) -> None:
        self.name, self.python = name, python
        self._errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 - open as long as the process
        command = [str(python), '-c', _SERVE, str(module), str(files or '')]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True, encoding='utf-8'
            )
        except OSError as error:
            raise RuntimeError(f'{python}: cannot be run ({error.strerror})') from error
        weakref.finalize(self, _end, self._process)
        self._reply('ready')

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Probabilities ``(N, K)``.

        Raises:
            RuntimeError: the tool fails for these images, or its process ended.
        """
        with TemporaryDirectory() as folder:
            given, answers = Path(folder, 'images.npy'), Path(folder, 'answers.npy')
            np.save(given, images)
            assert self._process.stdin is not None
            with suppress(OSError):  # where it ended, the missing reply says so
                self._process.stdin.write(f'{given}\t{answers}\n')
                self._process.stdin.flush()
            self._reply('done')
            return np.load(answers)

    def _reply(self, expected: str) -> None:
        assert self._process.stdout is not None
        reply = self._process.stdout.readline().strip()
        if reply == expected:
            return
        if not reply:
            self._process.wait()
            self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 1000))
            reply = self._errors.read().decode('utf-8', 'replace').strip()
        raise RuntimeError(f'{self.name} fails in {self.python}:\n{reply}')


def _end(process: subprocess.Popen[str]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()  # its loop ends with its input
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
