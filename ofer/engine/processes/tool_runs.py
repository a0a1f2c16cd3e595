"""Runs commands from other commands: each in its own process, with all output in a log."""

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

NOISE = re.compile(r'(?:\w+\.)?(?:base_lr|lr|time|data_time|grad_norm): \S+\s*')
PROGRESS = re.compile(r'(?:Epoch|Iter)\((?:train|val|test)\).*')


def num_cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1


def run_logged(command: Sequence[str], log: Path, jobs: int = 1, show: Callable[[str], None] | None = None, cwd: Path | None = None) -> int:
    """Run a command to its end.

    Args:
        command: program and arguments.
        log: file to append the output to; its folder is created.
        jobs: number of commands at the same time: each gets its share of the cores, unless the environment has ``OMP_NUM_THREADS``.
        show: called with each line of output.
        cwd: working directory; None: the current one.

    Returns:
        Its exit status.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {'OMP_NUM_THREADS': str(max(1, num_cores() // jobs)), **os.environ}
    with (
        log.open('a', encoding='utf-8') as file,
        subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace'
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            file.flush()
            if show is not None:
                show(line)
    return process.returncode


def last_lines(log: Path, number: int = 1) -> str:
    """The end of a log; empty lines do not count."""
    lines = [line for line in log.read_text(encoding='utf-8', errors='replace').splitlines() if line.strip()]
    return '\n'.join(lines[-number:])


def progress(line: str) -> str | None:
    """The progress in a log line of a training, without rates and times; None if the line has none."""
    found = PROGRESS.search(line)
    return NOISE.sub('', found[0]).strip() if found else None
