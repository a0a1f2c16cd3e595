import os
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from ofer.engine.config import image_size, latest_checkpoint, parse_options, read_config, read_file, use_mixed_precision, use_tensorboard
from ofer.engine.testing.test_sets import test_sets as sets_of
from ofer.engine.testing.test_sets import with_flip
from ofer.shipped import config_files, find_config


@pytest.fixture
def config() -> Config:
    pipeline = [{'type': 'LoadFace'}, {'type': 'Resize', 'scale': 64}, {'type': 'PackFace'}]
    return Config(
        {
            'model': {'type': 'ORSANet'},
            'test_dataloader': {'batch_size': 2, 'dataset': {'type': 'FERPlus', 'split': 'test', 'pipeline': pipeline}},
        }
    )


def kinds(loader: dict) -> list[str]:
    return [transform['type'] for transform in loader['dataset']['pipeline']]


def test_options_are_read_as_in_mmengine() -> None:
    assert parse_options(['a.b=1', 'c=[x,2]', 'd=true', 'e=text']) == {'a.b': 1, 'c': ['x', 2], 'd': True, 'e': 'text'}


def test_dicts_in_options_are_python() -> None:
    """mmengine reads them as texts, or never ends."""
    for value in ("[dict(type='EMAHook', momentum=0.1)]", "[{'type': 'EMAHook', 'momentum': 0.1}]", "({'type':'EMAHook','momentum':0.1},)"):
        found = parse_options([f'custom_hooks={value}', 'a=1'])
        assert found == {'custom_hooks': type(found['custom_hooks'])([{'type': 'EMAHook', 'momentum': 0.1}]), 'a': 1}
    assert parse_options(['a=dict(b=[1, dict(c=None)])']) == {'a': {'b': [1, {'c': None}]}}
    assert parse_options(['a=[data/{rank}.json,b]', 'b={rank}/out']) == {'a': ['data/{rank}.json', 'b'], 'b': '{rank}/out'}
    assert parse_options(['a=data/{rank}.json']) == {'a': 'data/{rank}.json'}
    for wrong in (
        '[dict(type=EMAHook)]',
        '[dict(type="EMAHook"]',
        'dict(**x)',
        "dict(**{'a': 1})",
        "[dict('a')]",
        '{"a": open("b")}',
        "{'a', 'b'}",
    ):
        with pytest.raises(ValueError, match=r'a=.*: a value with a dict is written in Python, its texts in quotes'):
            parse_options([f'a={wrong}'])
    with pytest.raises(ValueError, match=r'brackets or quotes'):
        parse_options(['a=[f(x,y)]'])


def test_helpers_of_a_config_are_no_options(tmp_path: Path) -> None:
    path = tmp_path / 'tiny.py'
    path.write_text('num_epochs = 2\ntrain_cfg = dict(by_epoch=True, max_epochs=num_epochs)\ntest_sets = dict(clean=dict())\n')
    with pytest.raises(ValueError, match=r"'num_epochs' is a helper of .*tiny\.py.*train_cfg\.max_epochs"):
        read_config(path, ['num_epochs=1'])
    with pytest.raises(ValueError, match=r"has no 'num_epoch'\. It has: test_sets, train_cfg"):
        read_config(path, ['num_epoch=1'])
    config = read_config(path, ['train_cfg.max_epochs=1', 'work_dir=here', 'compile=True'])
    assert (config.train_cfg.max_epochs, config.work_dir, config.compile) == (1, 'here', True)


def test_one_data_root_for_all_splits(tmp_path: Path) -> None:
    """By an override, or by a file that inherits; what is stated for a single data set stays."""
    config = read_config(find_config('resnet18_folder'), ['data_root=elsewhere', 'val_dataloader.dataset.data_root=other'])
    roots = [config[f'{part}_dataloader'].dataset.data_root for part in ('train', 'val', 'test')]
    assert roots == ['elsewhere', 'other', 'elsewhere']
    assert config.test_sets.objects.data_root == 'data/faces_occluded'
    (tmp_path / 'mine.py').write_text("_base_ = 'ofer::resnet18_folder.py'\ndata_root = 'my/faces'\n")
    config = read_config(tmp_path / 'mine.py')
    assert {config[f'{part}_dataloader'].dataset.data_root for part in ('train', 'val', 'test')} == {'my/faces'}
    explicit = "train_dataloader = dict(dataset=dict(data_root='a'))\nval_dataloader = dict(dataset=dict(data_root='b'))\n"
    (tmp_path / 'mine.py').write_text(f"_base_ = 'ofer::resnet18_folder.py'\n{explicit}")
    config = read_config(tmp_path / 'mine.py')
    assert [config[f'{part}_dataloader'].dataset.data_root for part in ('train', 'val', 'test')] == ['a', 'b', 'data/faces']
    with pytest.raises(ValueError, match=r'data_root: .* has none for all of its data sets'):
        read_config(find_config('demo_resnet18'), ['data_root=here'])


def test_a_data_root_applies_along_the_whole_chain_of_bases(tmp_path: Path) -> None:
    (tmp_path / 'mine.py').write_text("_base_ = 'ofer::resnet18_folder.py'\ndata_root = 'my/faces'\n")
    variant = tmp_path / 'variant.py'

    def roots(text: str, *options: str) -> list[str]:
        variant.write_text(f"_base_ = 'mine.py'\n{text}\n")
        config = read_config(variant, options)
        return [config[f'{part}_dataloader'].dataset.data_root for part in ('train', 'val', 'test')]

    assert roots('train_cfg = dict(max_epochs=1)') == ['my/faces'] * 3
    assert roots('', 'data_root=elsewhere') == ['elsewhere'] * 3
    assert roots("data_root = 'other'") == ['other'] * 3
    assert roots("val_dataloader = dict(dataset=dict(data_root='b'))") == ['my/faces', 'b', 'my/faces']


def test_an_own_config_inherits_one_of_the_library(tmp_path: Path) -> None:
    path = tmp_path / 'mine.py'
    path.write_text("_base_ = 'ofer::orsanet_rafdb.py'\noptim_wrapper = dict(optimizer=dict(lr=1e-5))\n")
    ours, theirs = read_config(path), read_config(find_config('orsanet_rafdb'))
    assert ours.optim_wrapper.optimizer == dict(type='Adam', lr=1e-5)
    assert ours.model == theirs.model
    path.write_text("_base_ = ['ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']\nloader = _base_.train_dataloader\n")
    assert read_config(path).train_dataloader.dataset.type == 'RAFDB'
    path.write_text("_base_ = 'ofer::latent_ofer/latent_ofer_svdd_kdef.py'\n")
    assert read_config(path).model.type == 'OcclusionDetector'
    path.write_text("_base_ = 'ofer::orsanet_rafbd.py'\n")
    with pytest.raises(ValueError, match=r"mine\.py: _base_ = 'ofer::orsanet_rafbd\.py': .*Did you mean orsanet_rafdb"):
        read_config(path)


def test_a_config_in_another_folder_is_named_with_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'Did you mean .*configs/baselines/resnet18_rafdb\.py'):
        read_config(tmp_path / 'resnet18_rafdb.py')


def test_without_names_there_is_one_test_set(config: Config) -> None:
    [(name, loader)] = sets_of(config)
    assert name == 'test'
    assert loader.to_dict() == config.test_dataloader.to_dict()


def test_test_sets_differ_from_the_config_as_they_say(config: Config) -> None:
    before = config.test_dataloader.to_dict()
    config.test_sets = {
        'blocks': {'before_packing': [{'type': 'BlockOcclusion', 'ratio': 0.1}]},
        'occluded': {'subset': {'list_file': 'list.txt'}},
    }
    loaders = dict(sets_of(config))
    assert kinds(loaders['blocks']) == ['LoadFace', 'Resize', 'BlockOcclusion', 'PackFace']
    assert kinds(loaders['occluded']) == ['LoadFace', 'Resize', 'PackFace']
    assert loaders['occluded'].dataset.subset == {'list_file': 'list.txt'}
    assert loaders['occluded'].dataset.split == 'test'
    assert 'before_packing' not in loaders['blocks'].dataset
    assert config.test_dataloader.to_dict() == before


def test_blocks_are_on_both_flips(config: Config) -> None:
    config.test_sets = {'blocks': {'before_packing': [{'type': 'BlockOcclusion', 'ratio': 0.1}]}}
    assert with_flip(config) == {'type': 'AverageClsScoreTTA'}
    [(_, loader)] = sets_of(config)
    assert kinds(loader) == ['LoadFace', 'Resize', 'BlockOcclusion', 'TestTimeAug']


def test_nothing_to_test_on() -> None:
    with pytest.raises(ValueError, match='no test_dataloader'):
        list(sets_of(Config({})))


@pytest.mark.parametrize(('before', 'after'), [(None, 'MixedPrecisionOptimWrapper'), ('SAMOptimWrapper', 'SAMOptimWrapper')])
def test_mixed_precision_is_switched_on(before: str | None, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('torch.cuda.is_available', lambda: False)
    config = Config({'optim_wrapper': {'type': before} if before else {'optimizer': {}}})
    use_mixed_precision(config)
    assert config.optim_wrapper.type == after
    assert config.optim_wrapper.dtype == 'bfloat16'


def test_mixed_precision_of_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('torch.cuda.is_available', lambda: False)
    config = Config({'optim_wrapper': {'constructor': 'PartsOptimWrapperConstructor', 'generator': {'optimizer': {}}, 'critic': {}}})
    use_mixed_precision(config)
    assert config.optim_wrapper.generator.type == config.optim_wrapper.critic.type == 'MixedPrecisionOptimWrapper'
    assert config.optim_wrapper.critic.dtype == 'bfloat16'
    assert 'type' not in config.optim_wrapper


def test_mixed_precision_of_an_unknown_constructor() -> None:
    with pytest.raises(ValueError, match='--amp: OwnConstructor'):
        use_mixed_precision(Config({'optim_wrapper': {'constructor': 'OwnConstructor'}}))


def test_mixed_precision_of_an_unknown_wrapper() -> None:
    with pytest.raises(ValueError, match='--amp: OwnWrapper'):
        use_mixed_precision(Config({'optim_wrapper': {'type': 'OwnWrapper'}}))


def test_latest_checkpoint(tmp_path: Path) -> None:
    assert latest_checkpoint(tmp_path) is None
    (tmp_path / 'last_checkpoint').write_text('/old/place/epoch_3.pth')
    with pytest.raises(FileNotFoundError, match=r'names /old/place/epoch_3\.pth'):
        latest_checkpoint(tmp_path)
    torch.save({}, tmp_path / 'epoch_3.pth')
    assert latest_checkpoint(tmp_path) == tmp_path / 'epoch_3.pth'


@pytest.mark.parametrize(
    ('dataset', 'size'),
    [
        ({'pipeline': [{'type': 'LoadFace'}, {'type': 'Resize', 'scale': (96, 96)}, {'type': 'RandomCrop', 'crop_size': 88}]}, 88),
        ({'size': 64, 'pipeline': [{'type': 'PackFace'}]}, 64),
        ({'type': 'FERPlus', 'pipeline': [{'type': 'PackFace'}]}, 48),
        ({'type': 'ImageTable', 'dataset': {'type': 'FER2013', 'pipeline': []}}, 48),
        ({'type': 'ConcatDataset', 'datasets': [{'type': 'RAFDB', 'pipeline': [{'type': 'Resize', 'scale': 224}]}]}, 224),
        ({'type': 'RAFDB', 'pipeline': []}, None),
        ({'pipeline': []}, None),
    ],
)
def test_image_size_is_the_configs(dataset: dict, size: int | None) -> None:
    config = Config({'train_dataloader': {'dataset': dataset}})
    if size is None:
        with pytest.raises(ValueError, match='--image-size'):
            image_size(config)
    else:
        assert image_size(config) == size


def test_tensorboard_comes_beside_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('importlib.util.find_spec', lambda name: name)
    for config in (Config(), Config({'visualizer': {'type': 'Visualizer', 'vis_backends': [{'type': 'LocalVisBackend'}]}})):
        for _ in range(2):
            use_tensorboard(config)
        assert [backend['type'] for backend in config.visualizer.vis_backends] == ['LocalVisBackend', 'TensorboardVisBackend']


def test_missing_tensorboard_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'ofer\[tensorboard\]'"):
        use_tensorboard(Config())


def test_latest_checkpoint_that_is_whole(tmp_path: Path) -> None:
    (tmp_path / 'last_checkpoint').write_text('')  # a run was killed while it wrote the note
    (tmp_path / 'epoch_3.pth').write_bytes(b'PK')
    with pytest.raises(RuntimeError, match=r'no checkpoint to resume from:\n.*epoch_3.pth: damaged'):
        latest_checkpoint(tmp_path)
    for number, name in enumerate(('epoch_1.pth', 'progress.pth', 'epoch_3.pth')):
        torch.save({}, tmp_path / name) if name != 'epoch_3.pth' else None
        os.utime(tmp_path / name, (number, number))
    assert latest_checkpoint(tmp_path) == tmp_path / 'progress.pth'


def test_every_config_of_faces_states_the_size_of_its_images() -> None:
    for path in (path for name, path in config_files().items() if not name.startswith('dare_')):  # of other data than faces
        assert image_size(read_config(path)) >= 48, path


@pytest.mark.parametrize(('old', 'folder'), [('configs/resnet18_folder.py', 'baselines'), ('demo_resnet18.py', 'demo')])
def test_a_config_that_moved_is_read_at_its_old_path(old: str, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    monkeypatch.setattr('ofer.engine.config.files.print_log', lambda text, *_: said.append(text))
    assert Path(read_config(old).filename).parent.name == folder
    assert said == [f'{old} has moved to configs/{folder}/{Path(old).name}']


def test_a_file_of_ones_own_goes_before_one_that_moved(tmp_path: Path) -> None:
    own = tmp_path / 'configs' / 'resnet18_folder.py'
    own.parent.mkdir()
    own.write_text('mine = 1')
    assert read_file(own).mine == 1
    with pytest.raises(FileNotFoundError, match='no such config'):
        read_file(tmp_path / 'experiments' / 'resnet18_folder.py')


@pytest.mark.parametrize(
    'option',
    [
        *('train_dataloader.drop_last=True', 'train_dataloader.pin_memory=True', 'train_dataloader.prefetch_factor=4'),
        *('test_dataloader.persistent_workers=False', 'val_dataloader.timeout=10', 'train_dataloader.num_batch_per_epoch=5'),
        *('train_dataloader.sampler.round_up=False', 'optim_wrapper.optimizer.nesterov=True', 'optim_wrapper.accumulative_counts=2'),
        *('default_hooks.checkpoint.max_keep_ckpts=3', 'default_hooks.logger.ignore_last=False', 'param_scheduler.T_max=2'),
    ],
)
def test_arguments_that_the_config_does_not_write_out(option: str, tiny: Path) -> None:
    part = read_config(tiny, [option])
    for name in option.partition('=')[0].split('.'):
        part = part[name]
    assert str(part) == option.partition('=')[2]
