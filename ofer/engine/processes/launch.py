"""Starts a command: process group without a GPU, and one clear message for an error that the user can fix."""

import gc
import logging
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from ofer.engine.processes.messages import UsageError, message_for_user
from ofer.registry import MODELS

__all__ = ['UsageError', 'end_processes', 'run', 'start_processes']


def start_processes(config: Config) -> None:
    """Open the process group and choose the model wrapper without a GPU; the launcher of mmengine needs one.

    Raises:
        ValueError: the environment of the launcher is missing, there is no GPU for slurm or mpi, or DDP does not fit the model.
    """
    if config.launcher == 'none':
        return
    own_steps = getattr(MODELS.get(config.model.type), 'train_step', None) is not BaseModel.train_step
    if own_steps and not config.get('model_wrapper_cfg'):
        raise ValueError(
            f"{config.model.type} makes its own steps, which DDP does not support: set model_wrapper_cfg = dict(type='AveragedGradients')"
        )
    if config.launcher != 'pytorch':
        if not torch.cuda.is_available():
            raise ValueError(
                f'--launcher {config.launcher}: it needs a GPU for each process, and there is none. Without a GPU, start the '
                'processes with torchrun; they communicate over gloo: `torchrun --nproc-per-node N -m ofer train ... --launcher pytorch`'
            )
        return
    if 'RANK' not in os.environ:
        raise ValueError('--launcher pytorch: start with `torchrun --nproc-per-node N -m ofer train ... --launcher pytorch`')
    if torch.cuda.is_available():
        return
    torch.distributed.init_process_group('gloo')
    if not config.get('model_wrapper_cfg'):
        unused = config.get('find_unused_parameters', False)
        config.model_wrapper_cfg = {
            'type': 'MMDistributedDataParallel',
            'device_ids': None,
            'broadcast_buffers': False,  # as mmengine does on GPUs: SyncBuffersHook averages them
            'find_unused_parameters': unused,
        }


def end_processes() -> None:
    """Close the process group, if there is one, and wait for its threads.

    A thread of gloo that still holds a tensor needs the interpreter to release it. If the interpreter is already shutting down, Python
    before 3.14 ends the thread, and C++ ends the process with "terminate called without an active exception".
    """
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return
    group = torch.distributed.group.WORLD
    torch.distributed.destroy_process_group()
    gc.collect()  # DDP references the group too, and a runner has reference cycles
    del group  # joins the threads and releases the GIL meanwhile


def show_warnings_plainly() -> None:
    """Print Python warnings as one line, without file and line of the caller."""
    warnings.formatwarning = lambda message, *_, **__: f'warning: {message}\n'
    warnings.filterwarnings('ignore', message='This DataLoader will create')  # more workers than cores: slower at worst


def run(main: Callable[[], int | None], debug: bool = False) -> None:
    """Run a command's main function, then exit the process if its status is not 0.

    An exception becomes one message and status 1, an interruption by the user status 130.

    Args:
        main: may return an exit status.
        debug: show the traceback of an error too.
    """
    code: Any = None
    message: str | None = None
    logging.raiseExceptions = debug  # otherwise each line for a log file on a full disk prints a traceback
    if not debug:
        show_warnings_plainly()
    try:
        code = main()
    except SystemExit as stop:  # by a signal
        code = stop.code
    except KeyboardInterrupt:
        message, code = 'interrupted', 130
    except BrokenPipeError:  # the reader of our output, e.g. head, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        if debug:
            raise
        message, code = message_for_user(error), 1
    if message is not None:
        with suppress(OSError):
            sys.stdout.flush()
        sys.stderr.write(f'error: {message}\n')
    end_processes()  # here: no traceback holds references to the run any more
    if code:
        sys.exit(code)
