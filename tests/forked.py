"""Processes of their own that start at once: forked from one that has imported the library, which takes ten seconds."""

import importlib
import importlib.util
import multiprocessing
import os
import runpy
import socket
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

_CONTEXT = multiprocessing.get_context('forkserver')
_CONTEXT.set_forkserver_preload(
    ['mmengine.runner', 'mmpretrain.models', 'ofer.cli.train', 'ofer.datasets', 'ofer.engine.runner', 'ofer.evaluation', 'ofer.models']
)
_IN_THE_PROCESS = 'forked'


def start(module: str | Path, *arguments: object, log: Path, environment: Mapping[str, str] | None = None) -> BaseProcess:
    """Call ``main`` of a module in a process of its own.

    Args:
        module: its name, or its file.
        arguments: of ``main``; they are pickled.
        log: file for what it writes.
        environment: variables besides those of this process.
    """
    call = dict(module=module, arguments=arguments, log=log, environment={**os.environ, **(environment or {})})
    # This file by its path: its name is that of another package where one is installed as `tests`.
    process = _CONTEXT.Process(target=runpy.run_path, args=(__file__, {'call': call}, _IN_THE_PROCESS))
    process.start()
    return process


def statuses(*processes: BaseProcess, seconds: float = 280) -> list[int | None]:
    """Exit status of each; those that take longer are killed, and have None."""
    for process in processes:
        process.join(seconds)
    found = [process.exitcode for process in processes]
    for process in processes:
        process.kill()
    return found


def ranks(processes: int) -> list[dict[str, str]]:
    """Environments of processes that form one group, as torchrun sets them."""
    with socket.socket() as free:
        free.bind(('localhost', 0))
        port = str(free.getsockname()[1])
    group = dict(MASTER_ADDR='localhost', MASTER_PORT=port, WORLD_SIZE=str(processes), LOCAL_WORLD_SIZE=str(processes))
    return [dict(group, RANK=str(rank), LOCAL_RANK=str(rank)) for rank in range(processes)]


def _loaded(module: str | Path) -> ModuleType:
    if isinstance(module, str):
        return importlib.import_module(module)
    spec = importlib.util.spec_from_file_location(module.stem, module)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[module.stem] = found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def _run(module: str | Path, arguments: tuple[object, ...], log: Path, environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    with log.open('wb') as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    _loaded(module).main(*arguments)


if __name__ == _IN_THE_PROCESS:
    _run(**globals()['call'])
