"""Broken configs, overrides and plans."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mmengine.registry import DefaultScope

from ofer.engine import ablation
from ofer.engine.config import TRAINING, read_config
from ofer.engine.stages import read_stages
from ofer.registry import MODELS
from tests.engine.config.conftest import CONFIG
from tests.fuzz.breaking import OPTION_VALUES, broken_text
from tests.fuzz.conftest import SEED

STAGES = """
stages = dict(
    first=dict(config='tiny.py', checkpoint='checkpoints/first.pth'),
    second=dict(config='tiny.py', checkpoint='checkpoints/second.pth', options=['load_from=checkpoints/first.pth']),
)
"""
ABLATION = """
base = 'tiny.py'
common = ['train_cfg.max_epochs=1']
seeds = [0, 1]
sets = ['clean']
variants = {'full': [], 'slow': ['optim_wrapper.optimizer.lr=1e-4']}
"""


def read_and_build(path: Path, options: list[str] | None = None) -> None:
    """As far as training goes before it needs data."""
    config = read_config(path, options or [], TRAINING)
    with DefaultScope.overwrite_default_scope(config.default_scope):
        MODELS.build(config.model)


def test_broken_configs(share: float, tried: Callable, folder: Path) -> None:
    dice = random.Random(SEED)
    path = folder / 'tiny.py'
    passed = 0
    for number in range(int(300 * share)):
        text = broken_text(CONFIG, dice)
        path.write_text(text, encoding='utf-8')
        passed += tried(lambda: read_and_build(path), f'config {number}')
    assert passed < 250 * share  # most of them are broken indeed


def keys_of(node: Any, key: str = '') -> Iterator[str]:
    """All keys of a config, dotted."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, (list, tuple)) else ()
    for name, child in children:
        yield f'{key}.{name}'.lstrip('.')
        yield from keys_of(child, f'{key}.{name}'.lstrip('.'))


def test_broken_overrides(share: float, tried: Callable, folder: Path) -> None:
    dice = random.Random(SEED)
    path = folder / 'tiny.py'
    path.write_text(CONFIG, encoding='utf-8')
    keys = [key for key in keys_of(read_config(path).to_dict()) if not key.startswith(('pipeline', 'dataset'))]
    for _ in range(int(300 * share)):
        key = dice.choice(keys)
        if dice.random() < 0.2:  # a letter too many
            place = dice.randrange(len(key))
            key = key[:place] + dice.choice('xe.') + key[place:]
        option = f'{key}={dice.choice(OPTION_VALUES)}'
        tried(lambda option=option: read_and_build(path, [option]), option)


def test_broken_plans(share: float, tried: Callable, folder: Path) -> None:
    dice = random.Random(SEED)
    (folder / 'tiny.py').write_text(CONFIG, encoding='utf-8')
    path = folder / 'plan.py'
    for number in range(int(60 * share)):
        path.write_text(broken_text(STAGES, dice), encoding='utf-8')
        tried(lambda: read_stages(path, folder), f'stages {number}')
        path.write_text(broken_text(ABLATION.replace('tiny.py', str(folder / 'tiny.py')), dice), encoding='utf-8')
        tried(lambda: ablation.read_plan(path), f'ablation {number}')
