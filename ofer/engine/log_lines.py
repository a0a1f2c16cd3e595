"""Filters of the log: which lines of a run are shown on the screen, and which are only in its log file."""

import logging

from mmengine.logging.logger import MMFormatter

# Messages without a problem, or with a line for each parameter.
SILENT = (
    '"FileClient" will be deprecated',
    '"HardDiskBackend" is the alias',
    'paramwise_options -- ',
    '`save_param_scheduler` is True but `self.param_schedulers` is None',
    'Distributed training is not used, all SyncBatchNorm',
    'Failed to search registry with scope "ofer"',
)
# Hundreds of lines before the first important one.
FILE_ONLY = ('\n------------------------------------------------------------\nSystem environment:', 'Config:\n', 'Hooks will be executed')
_CALLER = '%(pathname)s - %(funcName)s - %(lineno)d - '


def _is_heard(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(SILENT)


def _is_for_screen(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(FILE_ONLY)


def keep_readable(logger: logging.Logger) -> logging.Logger:
    """Suppress uninformative messages; write environment, config and hooks only to the log file.

    Args:
        logger: of the run; a second call with the same logger has no effect.

    Returns:
        The same logger.
    """
    logger.addFilter(_is_heard)
    for handler in logger.handlers:
        if isinstance(handler.formatter, MMFormatter):  # errors without the file, function and line of the caller, as all other messages
            handler.formatter.err_format = handler.formatter.err_format.replace(_CALLER, '')
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(_is_for_screen)
    return logger
