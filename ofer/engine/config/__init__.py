"""Configs of experiments: reading with overrides, checking as a whole, and changes by the options of the commands."""

from ofer.engine.checkpoints.latest import latest_checkpoint, resumed_meta
from ofer.engine.config.checking import TESTING, TRAINING, check_config
from ofer.engine.config.files import read_file
from ofer.engine.config.image_size import given_size, image_size
from ofer.engine.config.mixed_precision import use_mixed_precision
from ofer.engine.config.overrides import parse_options
from ofer.engine.config.reading import read_config
from ofer.engine.config.tensorboard import use_tensorboard

__all__ = [
    'TESTING',
    'TRAINING',
    'check_config',
    'given_size',
    'image_size',
    'latest_checkpoint',
    'parse_options',
    'read_config',
    'read_file',
    'resumed_meta',
    'use_mixed_precision',
    'use_tensorboard',
]
