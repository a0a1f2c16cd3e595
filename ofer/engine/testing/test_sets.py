"""The test sets of a config and their data loaders.

A config has one test set, ``test_dataloader``. It may have more for the same model, each given by its differences from that one::

    test_sets = dict(
        clean=dict(),
        blocks_10_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, seed=0)]),
        occluded=dict(subset=dict(list_file='jianfei_occlusion_list.txt')),
    )

``before_packing`` holds transforms that run right before the last one of the pipeline (packing), so on the image as the model gets it.
Every other key overrides an argument of the data set.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from mmengine.config import Config, ConfigDict

SINGLE = 'test'
EXTRA = 'before_packing'


def test_sets(config: Config) -> Iterator[tuple[str, ConfigDict]]:
    """Name and data loader of each test set, in the config's order; only ``'test'`` if the config has no ``test_sets``.

    Raises:
        ValueError: the config has no ``test_dataloader``.
    """
    if not config.get('test_dataloader'):
        raise ValueError(f'{config.filename}: has no test_dataloader, so there is nothing to test on')
    for name, override in (config.get('test_sets') or {SINGLE: {}}).items():
        variant = Config({'loader': deepcopy(config.test_dataloader)})  # Config merges, ConfigDict does not
        variant.merge_from_dict({'loader': {'dataset': {key: value for key, value in override.items() if key != EXTRA}}})
        dataset = variant.loader.dataset
        dataset.pipeline = [*dataset.pipeline[:-1], *override.get(EXTRA, []), *dataset.pipeline[-1:]]
        yield name, variant.loader


def changed_faces(config: Config, name: str) -> ConfigDict:
    """Data set of a test set that changes the faces of the test split and nothing else, as blocks of black do.

    Args:
        config: of the experiment.
        name: of the test set.

    Returns:
        Config of the data set; that of ``config.test_dataloader`` has the same faces unchanged.

    Raises:
        ValueError: the config has no such test set.

    >>> changes = dict(black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]))
    >>> config = Config(dict(test_dataloader=dict(dataset=dict(pipeline=[dict(type='PackFace')])), test_sets=changes))
    >>> [step.type for step in changed_faces(config, 'black').pipeline]
    ['BlockOcclusion', 'PackFace']
    """
    known = [key for key, override in (config.get('test_sets') or {}).items() if set(override) == {EXTRA}]
    if name not in known:
        raise ValueError(
            f'{name}: is no test set of {config.filename} that changes the faces and nothing else; available: {", ".join(known) or "none"}'
        )
    return dict(test_sets(config))[name].dataset


def with_flip(config: Config) -> dict[str, Any]:
    """Change the test pipeline so that each image comes with its mirror image (or as in ``tta_pipeline``, if the config has it).

    Returns:
        Config of the model wrapper that averages the predictions, without ``module``.
    """
    dataset = config.test_dataloader.dataset
    flips = [{'type': 'FlipFace', 'prob': 1.0}, {'type': 'FlipFace', 'prob': 0.0}]
    packed = [{'type': 'TestTimeAug', 'transforms': [flips, [dataset.pipeline[-1]]]}]
    dataset.pipeline = config.get('tta_pipeline') or [*dataset.pipeline[:-1], *packed]
    return dict(config.get('tta_model') or {'type': 'AverageClsScoreTTA'})
