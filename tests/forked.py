"""Processes of their own that start at once: forked from one that has imported the library, which takes ten seconds.

What is read from the environment during an import, such as ``OMP_NUM_THREADS``, is that of the first use.
"""

import importlib
import importlib.util
import multiprocessing
import os
import runpy
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

_CONTEXT = multiprocessing.get_context('forkserver')
_CONTEXT.set_forkserver_preload(
    ['mmengine.runner', 'mmpretrain.models', 'ofer.cli.train', 'ofer.datasets', 'ofer.engine.runner', 'ofer.evaluation', 'ofer.models']
)
_IN_THE_PROCESS = 'forked'


@dataclass(frozen=True)
class Call:
    """A call of ``main`` of a module in a process of its own.

    Args:
        module: its name, or its file.
        arguments: of ``main``; they are pickled.
        log: file for what it writes.
        environment: variables besides those of this process.
    """

    module: str | Path
    arguments: tuple[object, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


def statuses(*calls: Call, seconds: float = 240) -> list[int | None]:
    """Run all calls at the same time; the log of a process that fails goes to the standard error.

    Args:
        calls: of modules.
        seconds: after this time all are killed.

    Returns:
        Exit status of each; None: it was killed.
    """
    end = time.monotonic() + seconds
    processes: list[BaseProcess] = []
    try:
        for call in calls:
            processes.append(_started(call))
        for process in processes:
            process.join(max(0.0, end - time.monotonic()))
        return [process.exitcode for process in processes]
    finally:
        for process, call in zip(processes, calls, strict=False):
            process.kill()
            process.join()
            if process.exitcode and call.log.exists():
                sys.stderr.write(f'{call.log}, status {process.exitcode}:\n{call.log.read_text()}\n')


def ranks(processes: int) -> list[dict[str, str]]:
    """Environments of processes that form one group, as torchrun sets them."""
    with socket.socket() as free:
        free.bind(('localhost', 0))
        port = str(free.getsockname()[1])
    group = dict(MASTER_ADDR='localhost', MASTER_PORT=port, WORLD_SIZE=str(processes), LOCAL_WORLD_SIZE=str(processes))
    return [dict(group, RANK=str(rank), LOCAL_RANK=str(rank)) for rank in range(processes)]


def _started(call: Call) -> BaseProcess:
    # This file by its path: its name is that of another package where one is installed as `tests`.
    settings = dict(module=call.module, arguments=call.arguments, log=call.log, environment={**os.environ, **call.environment})
    process = _CONTEXT.Process(target=runpy.run_path, args=(__file__, {'settings': settings}, _IN_THE_PROCESS))
    process.start()
    return process


def _run(module: str | Path, arguments: tuple[object, ...], log: Path, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with log.open('wb') as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    _loaded(module).main(*arguments)


def _loaded(module: str | Path) -> ModuleType:
    if isinstance(module, str):
        return importlib.import_module(module)
    spec = importlib.util.spec_from_file_location(module.stem, module)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[module.stem] = found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


if __name__ == _IN_THE_PROCESS:
    _run(**globals()['settings'])
