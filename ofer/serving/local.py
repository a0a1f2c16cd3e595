"""A server in a process of its own, on the loopback, for measurements and tests."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def local_server(*options: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run ``ofer serve`` at a free port.

    Args:
        options: further arguments of the command.

    Yields:
        The address, and the process.

    Raises:
        RuntimeError: the server did not start; the message has what it printed.
    """
    command = [sys.executable, '-m', 'ofer', 'serve', *options, '--port', '0']
    environment = dict(os.environ, PYTHONUNBUFFERED='1')
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r'API: (http://\S+)/docs', line)
            if found is None:
                raise RuntimeError(f'ofer serve did not start: {line.strip() or "see its message above"}')
            yield found[1], process
        finally:
            process.terminate()


def memory_of(pid: int) -> float:
    """Memory of a process that lies in RAM, MB.

    Raises:
        OSError: there is no such process, or no ``ps``.
    """
    answer = subprocess.run(['ps', '-o', 'rss=', '-p', str(pid)], capture_output=True, text=True)
    if not answer.stdout.strip():
        raise OSError(f'ps tells nothing of process {pid}')
    return int(answer.stdout) / 1000
