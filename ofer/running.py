"""Runs a command: one clear message for an error that the user can fix. Does not import torch."""

import gc
import logging
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ofer.messages import message_for_user


def end_processes() -> None:
    """Close the process group, if there is one, and wait for its threads.

    A thread of gloo that still holds a tensor needs the interpreter to release it. If the interpreter is already shutting down, Python
    before 3.14 ends the thread, and C++ ends the process with "terminate called without an active exception".
    """
    if sys.modules.get('torch') is None:  # importing it takes a second, and without it there is no group
        return
    import torch

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
