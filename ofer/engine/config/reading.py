"""Reads an experiment's config, with overrides from the command line, and says clearly what is wrong with them."""

import argparse
import difflib
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from ofer.engine.config.data_root import inherit_data_root, move_data_root
from ofer.shipped import config_files

RUNNER_NAMES = set(inspect.signature(Runner.__init__).parameters) - {'self', 'cfg'}
# Names that a config may have besides those that Runner takes.
EXTRA_NAMES = {
    'compile',
    'env_cfg',
    'find_unused_parameters',
    'model_wrapper_cfg',
    'runner_type',
    'test_sets',
    'tta_model',
    'tta_pipeline',
    'custom_imports',
    'data_root',
}


def read_config(path: str | Path, options: Sequence[str] = ()) -> Config:
    """Read a config file and apply overrides. ``data_root`` is that of all its data sets.

    Args:
        path: a Python config.
        options: overrides like ``'optim_wrapper.optimizer.lr=1e-3'``; lists as ``'key=[a,b]'``.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: an override has no ``=``, or names what the config does not have or only computes with.
    """
    path = Path(path)
    if not path.is_file():
        known = {**config_files(), **{file.stem: file.stem for file in path.parent.glob('*.py')}}
        close = difflib.get_close_matches(path.stem, known, n=3)
        hint = f'Did you mean {" or ".join(str(known[name]) for name in close)}?' if close else 'The experiments are in configs/.'
        raise FileNotFoundError(f'{path}: no such config. {hint}')
    config = Config.fromfile(path)
    inherit_data_root(config, path)
    data_root = config.get('data_root')
    overrides = parse_options(options)
    for key in overrides:
        _check_option(config, key)
    if 'data_root' in overrides and data_root is None:
        raise ValueError(
            f'--cfg-options data_root: {path} has none for all of its data sets; set that of each, e.g. train_dataloader.dataset.data_root'
        )
    if 'data_root' in overrides:  # first, so that an override of a single data set has the last word
        move_data_root(config, data_root, overrides['data_root'])
    try:
        config.merge_from_dict(overrides)
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f'--cfg-options {" ".join(options)}: does not fit {path}: {error}') from error
    return config


def parse_options(options: Sequence[str]) -> dict[str, Any]:
    """``['a.b=1', 'c=[x,y]']`` to ``{'a.b': 1, 'c': ['x', 'y']}``, as mmengine's tools read it.

    Raises:
        ValueError: an option has no ``=``.
    """
    for option in options:
        if '=' not in option:
            raise ValueError(f'--cfg-options {option}: expected key=value')
    if not options:
        return {}
    parser = argparse.ArgumentParser()
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    return parser.parse_args(['--cfg-options', *options]).cfg_options


def _check_option(config: Config, key: str) -> None:
    """Refuse a key that the config does not have, unless it may be a new argument of a component."""
    node: Any = config
    walked: list[str] = []
    for part in key.split('.'):
        if isinstance(node, (list, tuple)):
            if not part.isdigit() or int(part) >= len(node):
                raise ValueError(f'--cfg-options {key}: {".".join(walked)} is a list of {len(node)}, and {part!r} is no index of it')
            node = node[int(part)]
        elif isinstance(node, (dict, Config)):
            names = set(node.keys())
            known = names if walked else RUNNER_NAMES | EXTRA_NAMES
            if part in names - known:
                raise ValueError(
                    f'--cfg-options {key}: {part!r} is a helper of {config.filename}, whose value went elsewhere when the file was read. '
                    'Set what it goes to, e.g. train_cfg.max_epochs for num_epochs.'
                )
            close = difflib.get_close_matches(part, known, n=1, cutoff=0.75)
            if part not in known and (not walked or close or 'type' not in names):
                place = '.'.join(walked) or config.filename
                hint = f'Did you mean {close[0]!r}?' if close else f'It has: {", ".join(sorted(map(str, names & known)))}.'
                raise ValueError(f'--cfg-options {key}: {place} has no {part!r}. {hint}')
            if part not in names:
                return
            node = node[part]
        else:
            return
        walked.append(part)
