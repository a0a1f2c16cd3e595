"""Starts a tool: process group without a GPU, and one clear message where the user can mend what is wrong."""

import gc
import os
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.model import BaseModel

import ofer
from ofer.compat import UnsafeCheckpointError
from ofer.registry import MODELS

PACKAGE = str(Path(ofer.__file__).resolve().parent) + os.sep


class UsageError(ValueError):
    """A tool cannot do what it was asked for; the message says why."""


def start_processes(config: Config) -> None:
    """Open the process group and choose the model's wrapper where mmengine's launcher cannot: it asks for a GPU.

    Raises:
        ValueError: the launcher's environment is missing, or the GPU that slurm and mpi need, or the model needs another wrapper than
            DDP.
    """
    if config.launcher == 'none':
        return
    own_steps = getattr(MODELS.get(config.model.type), 'train_step', None) is not BaseModel.train_step
    if own_steps and not config.get('model_wrapper_cfg'):
        raise ValueError(
            f"{config.model.type} makes its own steps, which DDP would not: set model_wrapper_cfg = dict(type='AveragedGradients')"
        )
    if config.launcher != 'pytorch':
        if not torch.cuda.is_available():
            raise ValueError(
                f'--launcher {config.launcher}: there is no GPU here, and it needs one for each process. Without one, processes that '
                'torchrun starts work together over gloo: `torchrun --nproc-per-node N -m ofer train ... --launcher pytorch`'
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

    A thread of gloo that still holds a tensor asks for the interpreter to let go of it. Where the interpreter is at its end by then, Python
    before 3.14 ends the thread, and C++ the process, with "terminate called without an active exception".
    """
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return
    group = torch.distributed.group.WORLD
    torch.distributed.destroy_process_group()
    gc.collect()  # DDP keeps the group too, and a runner lies in cycles
    del group  # joins the threads, and lets them have the interpreter meanwhile


def message_for_user(error: BaseException) -> str | None:
    """What to tell the user, where the error is one that was raised to be read; None for anything unexpected.

    Such are missing files, refused checkpoints, :class:`UsageError`, a ``ValueError`` raised inside the package (be it in a worker process
    of a data loader), and a config that names a component or an argument that does not exist.
    """
    text = str(error)
    if 'Original Traceback' in text:  # raised in a worker process: only its text arrives
        files = re.findall(r'^  File "([^"]+)"', text, re.MULTILINE)
        *_, last = re.split(r'^[\w.]+(?:Error|Exception): ', text, flags=re.MULTILINE)
        return last.strip() if files and files[-1].startswith(PACKAGE) else None
    if isinstance(error, (FileNotFoundError, UnsafeCheckpointError, UsageError)):
        return text
    frames = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    if not frames:
        return None
    if isinstance(error, (ValueError, OSError, RuntimeError, ImportError)) and frames[-1].co_filename.startswith(PACKAGE):
        return text
    built = any(code.co_name == 'build_from_cfg' for code in frames) and frames[-1].co_name in ('build_from_cfg', '__init__')
    if built and (isinstance(error, KeyError) or (isinstance(error, TypeError) and 'argument' in text)):
        return f'the config does not fit: {error.args[0]}'
    return None


def run(main: Callable[[], int | None], debug: bool = False) -> None:
    """Run a command's main function, then exit the process where its status is not 0.

    Args:
        main: may return an exit status.
        debug: errors that the user can mend show their traceback too; without it, they exit with status 1 and one message.
    """
    code: Any = None
    message: str | None = None
    try:
        code = main()
    except SystemExit as stop:  # by a signal
        code = stop.code
    except Exception as error:
        message = message_for_user(error)
        if debug or message is None:
            raise
    if message is not None:
        sys.stdout.flush()
        sys.stderr.write(f'error: {message}\n')
        code = 1
    end_processes()  # here, where no traceback keeps what ran
    if code:
        sys.exit(code)
