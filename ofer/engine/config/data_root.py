"""One folder for all splits of a data set: ``data_root`` of a config, which its data loaders use."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config

LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def inherit_data_root(config: Config, path: Path) -> None:
    """Apply ``data_root`` of a file to all data sets of the configs that it inherits.

    ``_base_ = 'ofer::resnet18_folder.py'`` and ``data_root = 'my/faces'`` are enough. mmengine itself would keep the folder of the
    base in the data sets.

    Args:
        config: as mmengine reads the file; changed in place.
        path: the file.
    """
    loaders = [config.get(name) for name in LOADERS]
    datasets = [loader.get('dataset') for loader in loaders if isinstance(loader, Mapping)]
    used = {dataset.get('data_root') for dataset in datasets if isinstance(dataset, Mapping)}
    root = config.get('data_root')
    states_it = re.search(r'^data_root\s*=', path.read_text(encoding='utf-8'), re.MULTILINE)
    if states_it and len(used) == 1 and root not in used:
        move_data_root(config, used.pop(), root)


def move_data_root(config: Config, old: str | None, new: str | None) -> None:
    """Replace ``old`` by ``new`` in every data set of ``config`` (loaders, test sets, hooks)."""
    if old is None:
        return
    for node in _dicts(config._cfg_dict):
        if node.get('data_root') == old:
            node['data_root'] = new


def _dicts(value: Any) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from _dicts(child)
