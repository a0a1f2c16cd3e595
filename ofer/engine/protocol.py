"""Which test sets a config names, and how each is loaded.

A config tests one set, ``test_dataloader``. It may name more that one model is tested on, each as what differs from that one::

    test_sets = dict(
        clean=dict(),
        blocks_10=dict(after_load=[dict(type='BlockOcclusion', ratio=0.1, seed=0)]),
        occluded=dict(subset='jianfei_occlusion_list.txt'),
    )

``after_load`` holds transforms that run right after the first one of the pipeline (which loads the image); every other key overrides an
argument of the data set.
"""

from collections.abc import Iterator
from copy import deepcopy

from mmengine.config import Config, ConfigDict

SINGLE = 'test'


def test_sets(config: Config) -> Iterator[tuple[str, ConfigDict]]:
    """Name and data loader of each test set, in the config's order; one called ``'test'`` where the config names none.

    Raises:
        ValueError: the config has no ``test_dataloader``.
    """
    if not config.get('test_dataloader'):
        raise ValueError(f'{config.filename}: has no test_dataloader, so there is nothing to test on')
    for name, override in (config.get('test_sets') or {SINGLE: {}}).items():
        # Through Config, because a ConfigDict does not merge.
        loader = Config({'loader': deepcopy(config.test_dataloader.to_dict())})
        arguments = {key: value for key, value in override.items() if key != 'after_load'}
        loader.merge_from_dict({'loader': {'dataset': arguments}})
        pipeline = loader.loader.dataset.pipeline
        loader.loader.dataset.pipeline = [*pipeline[:1], *override.get('after_load', []), *pipeline[1:]]
        yield name, loader.loader


def with_flip(config: Config) -> None:
    """Average the predictions of each image and its mirror image, by the config's ``tta_model`` and ``tta_pipeline`` where it has them.

    ``tta_pipeline`` replaces the last transform (the one that packs) of the test pipeline; by default both flips are packed.
    """
    pipeline = config.test_dataloader.dataset.pipeline
    flips = [{'type': 'RandomFlip', 'prob': 1.0}, {'type': 'RandomFlip', 'prob': 0.0}]
    views = config.get('tta_pipeline') or [{'type': 'TestTimeAug', 'transforms': [flips, [pipeline[-1]]]}]
    config.test_dataloader.dataset.pipeline = [*pipeline[:-1], *views]
    config.model = ConfigDict(**config.get('tta_model', {'type': 'AverageClsScoreTTA'}), module=config.model)
