"""One folder for all splits of a data set: ``data_root`` of a config, which its data loaders use."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ofer.engine.config.files import bases_of

LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def inherit_data_root(config: Config, path: Path) -> None:
    """Apply ``data_root`` of a file, or of a file that it inherits, to all data sets of the configs which that file inherits.

    ``_base_ = 'ofer::resnet18_folder.py'`` and ``data_root = 'my/faces'`` are enough. mmengine itself would keep the folder of the
    base in the data sets.

    Args:
        config: as mmengine reads the file; changed in place.
        path: the file.
    """
    root = config.get('data_root')
    if _roots(config) - {root}:
        for old in _replaced_roots(path):
            move_data_root(config, old, root)


def move_data_root(config: Config, old: str | None, new: str | None) -> None:
    """Replace ``old`` by ``new`` in every data set of ``config`` (loaders, test sets, hooks)."""
    if old is None:
        return
    for node in _dicts(config._cfg_dict):
        if node.get('data_root') == old:
            node['data_root'] = new


def _replaced_roots(path: Path) -> Iterator[str]:
    """The folder of the bases of each file in a chain of configs that states ``data_root``, unless the bases have several."""
    bases = bases_of(path)
    if re.search(r'^data_root\s*=', path.read_text(encoding='utf-8'), re.MULTILINE):
        used = set().union(*(_roots(Config.fromfile(base, import_custom_modules=False)) for base in bases))
        if len(used) == 1:
            yield used.pop()
    for base in bases:
        yield from _replaced_roots(base)


def _roots(config: Config) -> set[str]:
    """The folders of the data sets in the loaders, as the file states them."""
    loaders = [config.get(name) for name in LOADERS]
    datasets = [loader.get('dataset') for loader in loaders if isinstance(loader, Mapping)]
    return {dataset['data_root'] for dataset in datasets if isinstance(dataset, Mapping) and isinstance(dataset.get('data_root'), str)}


def _dicts(value: Any) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from _dicts(child)
