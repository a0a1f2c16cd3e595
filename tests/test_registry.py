"""One name finds a component of ofer, mmpretrain or mmengine."""

import pytest
from mmengine import registry as root
from mmengine.registry import Registry

from ofer import registry
from ofer.registry import ALL_REGISTRIES, DATA_SAMPLERS, DATASETS, HOOKS, METRICS, MODELS, OPTIM_WRAPPERS, TRANSFORMS

NAMES = [
    (MODELS, 'ORSANet', 'ofer'),
    (MODELS, 'DARELoss', 'ofer'),
    (MODELS, 'ImageClassifier', 'mmpretrain'),
    (MODELS, 'ClsDataPreprocessor', 'mmpretrain'),
    (MODELS, 'BaseDataPreprocessor', 'mmengine'),
    (DATASETS, 'CustomDataset', 'mmpretrain'),
    (DATASETS, 'ConcatDataset', 'mmengine'),
    (DATA_SAMPLERS, 'RepeatAugSampler', 'mmpretrain'),
    (DATA_SAMPLERS, 'DefaultSampler', 'mmengine'),
    (TRANSFORMS, 'RandomErasing', 'mmpretrain'),
    (TRANSFORMS, 'RandomFlip', 'mmcv'),
    (METRICS, 'SingleLabelMetric', 'mmpretrain'),
    (HOOKS, 'EMAHook', 'mmpretrain'),
    (HOOKS, 'CheckpointHook', 'mmengine'),
    (OPTIM_WRAPPERS, 'AmpOptimWrapper', 'mmengine'),
]


@pytest.mark.parametrize(('where', 'name', 'package'), NAMES, ids=[name for _, name, _ in NAMES])
def test_names_need_no_prefix(where: Registry, name: str, package: str) -> None:
    found = where.get(name)
    assert found is not None, f'{name} is not found from {where.scope}'
    assert found.__module__.split('.')[0] == package


def test_torchvision_transforms_are_there() -> None:
    assert callable(TRANSFORMS.build(dict(type='torchvision/RandomAffine', degrees=10)))


def test_the_runner_finds_ofer_through_its_default_scope() -> None:
    """mmengine's Runner builds from the root registries and reaches ours by ``default_scope``."""
    with root.MODELS.switch_scope_and_registry('ofer') as child:
        assert child is MODELS
        loss = child.build(dict(type='DARELoss', loss_weight=0.1))
    assert type(loss).__module__.startswith('ofer.')
    assert loss.loss_weight == 0.1


def test_unknown_name_is_named() -> None:
    with pytest.raises(KeyError, match='NoSuchNet'):
        MODELS.build(dict(type='NoSuchNet'))


@pytest.mark.parametrize('child', ALL_REGISTRIES, ids=lambda r: r.name)
def test_ours_hide_nobody_elses(child: Registry) -> None:
    """A name of ours that also means something in a parent would change what a config of theirs means."""
    child.import_from_location()
    for name, cls in child.module_dict.items():
        parent = child.parent
        while parent is not None:
            theirs = parent.module_dict.get(name, cls)
            assert issubclass(cls, theirs), f'{cls} hides {theirs}'  # what takes the same arguments and refuses more may
            parent = parent.parent


def test_all_registries_are_listed() -> None:
    found = [value for value in vars(registry).values() if isinstance(value, Registry)]
    assert {id(r) for r in found} == {id(r) for r in ALL_REGISTRIES}
    assert all(r.scope == 'ofer' and r.parent.scope == 'mmpretrain' for r in ALL_REGISTRIES)
