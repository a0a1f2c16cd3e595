"""What a run says on the screen, and what only its log file keeps."""

import logging

# About what is in order, or a line for each parameter.
SILENT = (
    '"FileClient" will be deprecated',
    '"HardDiskBackend" is the alias',
    'paramwise_options -- ',
    '`save_param_scheduler` is True but `self.param_schedulers` is None',
    'Distributed training is not used, all SyncBatchNorm',
    'Failed to search registry with scope "ofer"',
)
# Hundreds of lines above the first that matters.
FILE_ONLY = ('\n------------------------------------------------------------\nSystem environment:', 'Config:\n', 'Hooks will be executed')


def _is_heard(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(SILENT)


def _is_for_screen(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(FILE_ONLY)


def keep_readable(logger: logging.Logger) -> logging.Logger:
    """Silence what is no news, and leave environment, config and hooks to the log file.

    Args:
        logger: of the run; called again for the same one, nothing more happens.

    Returns:
        The same logger.
    """
    logger.addFilter(_is_heard)
    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(_is_for_screen)
    return logger
