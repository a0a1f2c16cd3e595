"""Ranges of arguments that have the same name in all components; signatures contain only types."""

import logging
import math
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any


def _each(value: Any, holds: Callable[[Any], bool]) -> bool:
    """Whether a condition holds for a number, or for each of several; other values are checked by their type only."""
    if isinstance(value, (list, tuple)):
        return all(_each(one, holds) for one in value)
    return holds(value) if isinstance(value, Real) and not isinstance(value, bool) else True


def _rule(names: Iterable[str], text: str, holds: Callable[[Any], bool]) -> dict[str, tuple[str, Callable[[Any], bool]]]:
    return {name: (text, lambda value: _each(value, holds)) for name in names}


RANGES = {
    **_rule(
        [
            *('batch_size', 'max_epochs', 'max_iters', 'val_interval', 'total_steps', 'T_max', 'step_size', 'num_classes'),
            *('in_channels', 'out_channels', 'in_features', 'num_heads', 'embed_dims', 'embed_dim', 'accumulative_counts'),
            *('patch_size', 'prefetch_factor', 'num_batch_per_epoch', 'window_size', 'stem_channels', 'base_channels'),
        ],
        'from 1',
        lambda value: value >= 1,
    ),
    **_rule(
        [
            *('num_workers', 'weight_decay', 'begin', 'timeout', 'rho', 'eps', 'lr_min', 'eta_min', 'start_factor', 'end_factor'),
            *('eta_min_ratio', 'val_begin', 'save_begin'),
        ],
        'from 0',
        lambda value: value >= 0,
    ),
    **_rule(
        ['lr', 'eta_max', 'max_norm', 'scale', 'crop_size', 'img_size', 'image_size', 'input_size'], 'above 0', lambda value: value > 0
    ),
    **_rule(
        [
            *('prob', 'erase_prob', 'drop_rate', 'dropout', 'drop_path_rate', 'label_smooth_val', 'pct_start', 'min_area_ratio'),
            *('max_area_ratio'),
        ],
        'in [0, 1]',
        lambda value: 0 <= value <= 1,
    ),
    **_rule(['betas', 'momentum'], 'in [0, 1)', lambda value: 0 <= value < 1),
    **_rule(['seed'], 'in [0, 2**32 - 1]', lambda value: 0 <= value < 2**32),
    **_rule(['interval', 'max_keep_ckpts'], 'from 1, or -1', lambda value: value >= 1 or value == -1),
    'log_level': ('the name of a level, e.g. INFO', lambda value: isinstance(logging.getLevelName(value), int)),
}


def outside(name: str, value: Any) -> str | None:
    """The range that a value violates, as text; None if it is inside, or if no range is known.

    >>> outside('batch_size', 0), outside('batch_size', 8), outside('lr', float('nan'))
    ('from 1', None, 'finite')
    """
    if not _each(value, math.isfinite):
        return 'finite'
    text, holds = RANGES.get(name, ('', lambda value: True))
    return None if holds(value) else text
