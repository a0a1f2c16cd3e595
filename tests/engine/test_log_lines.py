"""The log says what matters; what is in order, and what takes hundreds of lines, stays off the screen."""

import io
import logging
import re
from pathlib import Path

from mmengine.logging.logger import MMFormatter

from ofer.engine.log_lines import keep_readable


def test_no_message_names_its_caller() -> None:
    screen = io.StringIO()
    logger = logging.getLogger('test_callers')
    logger.propagate = False
    logger.handlers = [logging.StreamHandler(screen)]
    logger.handlers[0].setFormatter(MMFormatter(color=False, datefmt='%H'))
    keep_readable(logger).error('out of paper')
    assert re.fullmatch(r'\d\d - test_callers - ERROR - out of paper\n', screen.getvalue())


def test_screen_and_file(tmp_path: Path) -> None:
    screen = io.StringIO()
    logger = logging.getLogger('test_log_lines')
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.handlers = [logging.StreamHandler(screen), logging.FileHandler(tmp_path / 'run.log')]
    for _ in range(2):
        keep_readable(logger)
    for line in ('paramwise_options -- a.weight:lr=1', '"FileClient" will be deprecated in future', 'Config:\nmodel = dict()', 'Epoch 1'):
        logger.info(line)
    assert screen.getvalue() == 'Epoch 1\n'
    assert (tmp_path / 'run.log').read_text() == 'Config:\nmodel = dict()\nEpoch 1\n'
