"""Starts a tool: process group without a GPU, and one clear message where the user can mend what is wrong."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import torch

import ofer
from ofer.compat import UnsafeCheckpointError

PACKAGE = str(Path(ofer.__file__).resolve().parent) + os.sep


def start_processes(launcher: str) -> None:
    """Open the process group where mmengine's launcher cannot: it asks for a GPU.

    Raises:
        ValueError: the launcher's environment is missing.
    """
    if launcher != 'pytorch':
        return
    if 'RANK' not in os.environ:
        raise ValueError('--launcher pytorch: start with `torchrun --nproc-per-node N tools/train.py ... --launcher pytorch`')
    if not torch.cuda.is_available() and not torch.distributed.is_initialized():
        torch.distributed.init_process_group('gloo')


def message_for_user(error: BaseException) -> str | None:
    """What to tell the user, where the error is one that ofer raised to be read; None for anything unexpected.

    An error is meant to be read if it is a missing file, a refused checkpoint, or a ``ValueError`` raised inside the package, be it in a
    worker process of a data loader.
    """
    if isinstance(error, (FileNotFoundError, UnsafeCheckpointError)) and 'Traceback' not in str(error):
        return str(error)
    if not isinstance(error, (ValueError, OSError, RuntimeError)):
        return None
    text = str(error)
    if 'Original Traceback' in text:  # raised in a worker process: only its text arrives
        files = re.findall(r'^  File "([^"]+)"', text, re.MULTILINE)
        *_, last = re.split(r'^(?:[\w.]+(?:Error|Exception)): ', text, flags=re.MULTILINE)
        return last.strip() if files and files[-1].startswith(PACKAGE) else None
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return text if trace is not None and trace.tb_frame.f_code.co_filename.startswith(PACKAGE) else None


def run(main: Callable[[], None]) -> None:
    """Run a tool's main function; exits with status 1 and one message for what the user can mend, with a traceback otherwise."""
    try:
        main()
    except Exception as error:
        message = message_for_user(error)
        if message is None:
            raise
        sys.stdout.flush()
        sys.stderr.write(f'error: {message}\n')
        sys.exit(1)
    finally:
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()
