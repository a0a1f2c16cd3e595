"""Reads the config of an experiment, with overrides from the command line, and checks it as a whole."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from mmengine.config import Config

from ofer.engine.config.checking import check_config
from ofer.engine.config.data_root import inherit_data_root
from ofer.engine.config.files import read_file
from ofer.engine.config.overrides import apply_options
from ofer.registry import SCOPE


def read_config(path: str | Path, options: Sequence[str] = (), needs: Iterable[str] = ()) -> Config:
    """Read a config file, apply overrides, and raise if it cannot be built. ``data_root`` applies to all its data sets.

    Args:
        path: a Python config, or its name; ``configs/NAME.py`` also where NAME is in a folder of ``configs``.
        options: overrides like ``'optim_wrapper.optimizer.lr=1e-3'``; lists as ``'key=[a,b]'``.
        needs: required names, e.g. :data:`ofer.engine.config.TRAINING`.

    Returns:
        The config; its scope is ``'ofer'`` unless it sets another one.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: a file cannot be read, the key of an override does not exist, or names, types or values do not fit; the message names
            file, key, value and remedy.
    """
    config = read_file(Path(path))
    inherit_data_root(config, Path(config.filename))
    apply_options(config, options)
    config.setdefault('default_scope', SCOPE)
    check_config(config, needs)
    return config
