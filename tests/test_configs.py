"""Every config parses, builds, dumps and reloads; every component is used by a config."""

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import mmengine
import numpy as np
import pytest
from mmengine.config import Config
from mmengine.optim import OptimWrapperDict, build_optim_wrapper
from mmengine.registry import PARAM_SCHEDULERS, VISUALIZERS, init_default_scope
from torch import nn

from ofer.engine.config import read_config
from ofer.engine.config.checking import EXTRA_NAMES, RUNNER_NAMES
from ofer.engine.config.signatures import signature_of
from ofer.engine.testing.test_sets import test_sets as sets_of
from ofer.models import LatentPrior
from ofer.models.layers.input_format import InputFormat
from ofer.registry import ALL_REGISTRIES, DATA_SAMPLERS, DATASETS, HOOKS, METRICS, MODELS
from ofer.shipped import PLAN, config_files, find_base, plan_files

ROOT = Path(__file__).resolve().parent.parent
CONFIGS = ROOT / 'configs'
FOLDERS_OF_CONFIGS = [CONFIGS, *(ROOT / 'projects').glob('*/configs')]
EXPERIMENTS = sorted(
    path for path in {*config_files().values(), *(ROOT / 'projects').glob('*/configs/*.py')} if not path.stem.startswith(PLAN)
)
FOLDERS = ('latent_ofer', 'baselines', 'priors', 'demo', 'ablations')
BESIDE_CONFIGS = ('ofer.faces.', 'ofer.engine.hooks.recorded_step')
"""What commands build or add."""
LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')

every_experiment = pytest.mark.parametrize('path', EXPERIMENTS, ids=[path.stem for path in EXPERIMENTS])


BASE_DATASET = {*LOADERS, 'test_sets', 'data_root', 'val_evaluator', 'test_evaluator', 'val_cfg', 'test_cfg'}
BASE_SCHEDULE = {'train_cfg', 'optim_wrapper', 'param_scheduler', 'model_wrapper_cfg', 'custom_hooks'}


@cache
def read(path: Path) -> Config:
    return read_config(path)


def nodes(value: Any) -> Iterator[dict]:
    """Every dict inside of ``value``, and ``value`` itself."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from nodes(child)


def types(value: Any) -> set[str]:
    named = (node.get(key) for node in nodes(value) for key in ('type', 'constructor', 'ema_type'))
    return {name.rsplit('.', 1)[-1] for name in named if isinstance(name, str)}


def listed(value: Any) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


@pytest.fixture(autouse=True)
def _scope(box_without_memory: None) -> None:
    init_default_scope('ofer')


@every_experiment
def test_dumps_and_reloads(path: Path, tmp_path: Path) -> None:
    config = read(path)
    config.dump(tmp_path / 'dumped.py')
    assert Config.fromfile(tmp_path / 'dumped.py').to_dict() == config.to_dict()


@pytest.mark.usefixtures('undrawn_weights')
@every_experiment
def test_model_and_its_training_build(path: Path) -> None:
    config = read(path)
    model = MODELS.build(deepcopy(config.model))
    assert isinstance(model, nn.Module)
    if config.get('optim_wrapper') is None:
        return
    optimizer = build_optim_wrapper(model, deepcopy(config.optim_wrapper))
    for part in optimizer.values() if isinstance(optimizer, OptimWrapperDict) else [optimizer]:
        assert part.param_groups
        for scheduler in listed(deepcopy(config.get('param_scheduler'))):
            length = {'epoch_length': 10} if scheduler.get('convert_to_iter_based') else {}
            PARAM_SCHEDULERS.build(scheduler, default_args={'optimizer': part, **length})


@every_experiment
def test_the_rest_builds(path: Path) -> None:
    config = deepcopy(read(path))
    test_sets = [loader for _, loader in sets_of(config)] if config.get('test_dataloader') else []
    for loader in [*filter(None, map(config.get, LOADERS)), *test_sets]:
        # Real data sets are not here: arguments and transforms are checked without reading them.
        for node in nodes(loader.dataset):
            dataset = DATASETS.get(node['type']) if 'type' in node else None
            if dataset is not None and 'lazy_init' in signature_of(dataset).arguments:
                node['lazy_init'] = True
        DATASETS.build(loader.dataset)
        assert DATA_SAMPLERS.get(loader.sampler.type) is not None
    for name in ('val_evaluator', 'test_evaluator'):
        for metric in listed(config.get(name)):
            METRICS.build(metric)
    for hook in [*config.get('default_hooks', {}).values(), *config.get('custom_hooks', [])]:
        if hook is not None:
            HOOKS.build(hook)
    if config.get('visualizer'):
        assert VISUALIZERS.get(config.visualizer.type) is not None


@every_experiment
def test_base_is_one_level_deep(path: Path) -> None:
    for base in _bases(path):
        assert '_base_' in base.parts, f'{path.name}: {base} is no part of _base_'
        assert not _bases(base), f'{base}: a base of a base'


@pytest.mark.parametrize(('folder', 'keys'), [('datasets', BASE_DATASET), ('schedules', BASE_SCHEDULE), ('models', {'model'})])
def test_a_base_holds_what_its_folder_says(folder: str, keys: set[str]) -> None:
    """Or two bases of an experiment would state the same thing, which mmengine refuses."""
    for base in (CONFIGS / '_base_' / folder).glob('*.py'):
        stated = set(Config.fromfile(base).keys()) & (RUNNER_NAMES | EXTRA_NAMES)
        assert stated
        assert stated <= keys, f'{base}: {sorted(stated - keys)}'


def test_every_base_is_inherited() -> None:
    inherited = {base for path in EXPERIMENTS for base in _bases(path)}
    assert inherited == {path for folder in FOLDERS_OF_CONFIGS for path in (folder / '_base_').rglob('*.py')}


def test_no_config_reads_another() -> None:
    for path in CONFIGS.rglob('*.py'):
        assert 'import' not in path.read_text(encoding='utf-8').split('_base_ = ')[-1].split(), path


def _bases(path: Path) -> list[Path]:
    for node in ast.parse(path.read_text(encoding='utf-8')).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == '_base_':
            names = listed(ast.literal_eval(node.value))
            return [find_base(name[6:]) if name.startswith('ofer::') else (path.parent / name).resolve() for name in names]
    return []


def test_experiments_and_plans_have_names_of_their_own() -> None:
    files = [path for path in CONFIGS.rglob('*.py') if '_base_' not in path.parts]
    assert len({path.stem for path in (*files, *EXPERIMENTS)}) == len({*files, *EXPERIMENTS})
    assert sorted(files) == sorted(path for path in (*config_files().values(), *plan_files()) if CONFIGS in path.parents)


def test_only_the_headline_experiments_are_at_the_top() -> None:
    assert all(path.stem.startswith(('orsanet_', 'latent_ofer_', 'demo_orsanet')) for path in CONFIGS.glob('*.py'))
    assert {path.name for path in CONFIGS.iterdir() if path.is_dir() and path.name != '__pycache__'} == {'_base_', 'zoo', *FOLDERS}


def _with_checkpoints(value: Any) -> Iterator[tuple[str, dict]]:
    for node in nodes(value):
        if isinstance(node.get('checkpoint'), str):
            yield Path(node['checkpoint']).stem, node


def _structure(node: dict) -> dict:
    """A model's config without what leaves its parameters as they are."""
    plain = {key: value for key, value in node.items() if key not in ('checkpoint', 'mask_ratio', 'data_preprocessor', 'init_cfg')}
    return {key: _structure(value) if isinstance(value, dict) else value for key, value in plain.items()}


@every_experiment
def test_a_checkpoint_is_of_the_config_of_its_name(path: Path) -> None:
    """Whatever reads ``checkpoints/NAME.pth``, where NAME is an experiment, is built as that experiment's model is."""
    for name, reader in _with_checkpoints(read(path).get('model')):
        if name not in config_files():
            continue
        made = read(config_files()[name]).model
        candidates = [made, made.get('encoder'), made.get('network')]
        shown = [reader.get(key) for key in ('model', 'network', 'classifier')] + [reader]
        found = [_structure(node) for node in shown if isinstance(node, dict)]
        assert any(_structure(node) in found for node in candidates if isinstance(node, dict)), f'{path.name}: {reader} reads {name}'


def test_no_plan_calls_a_checkpoint_otherwise_than_its_config() -> None:
    for plan in plan_files():
        for stage in Config.fromfile(plan).get('stages', {}).values():
            names = (stage.config, *(f'{stage.config}_{seed}' for seed in range(10))) if 'config' in stage else ()
            assert 'command' in stage or Path(stage.checkpoint).stem in names


def test_every_component_is_used_by_a_config() -> None:
    used = set().union(*(types(read(path).to_dict()) for path in EXPERIMENTS))
    unused = []
    for registry in ALL_REGISTRIES:
        registry.import_from_location()
        unused += [
            f'{registry.name} {name}'
            for name, cls in registry.module_dict.items()
            if cls.__module__.startswith('ofer.') and not cls.__module__.startswith(BESIDE_CONFIGS) and name not in used
        ]
    assert not unused, f'no config in configs/ or projects/ uses: {", ".join(unused)}'


def test_there_are_configs() -> None:
    assert EXPERIMENTS


def test_the_tables_of_configs_have_each_of_them_once() -> None:
    for folder in (CONFIGS, *(CONFIGS / name for name in FOLDERS)):
        text = (folder / 'README.md').read_text(encoding='utf-8')
        rows = [line.split('|')[1] for line in text.splitlines() if line.startswith('| `')]
        named = [name for row in rows for name in re.findall(r'`(\w+)`', row)]
        projects = [path.stem for path in EXPERIMENTS if folder == CONFIGS and ROOT / 'projects' in path.parents]
        assert sorted(named) == sorted([name for name, path in config_files().items() if path.parent == folder] + projects), folder


@pytest.mark.parametrize('folder', ['', *FOLDERS])
def test_the_metafile_names_configs_and_collections_that_exist(folder: str) -> None:
    content = mmengine.load(CONFIGS / folder / 'metafile.yml')
    collections = {collection['Name'] for collection in content['Collections']}
    for entry in [*content['Models'], *content['Collections']]:
        file = entry.get('Config') or entry['Code']['URL']
        assert (ROOT / file).is_file(), file
    for model in content['Models']:
        assert model['In Collection'] in collections
        assert Path(model['Config']).stem == model['Name']
        assert Path(model['Config']).parent == Path('configs') / folder
        for result in model.get('Results', []):
            assert result['Metrics']
    assert content['Models']


@pytest.mark.parametrize('path', sorted(CONFIGS.glob('latent_ofer_*.py')), ids=lambda path: path.stem)
def test_an_encoder_sees_faces_as_its_autoencoder_did(path: Path) -> None:
    model = read(path).model
    autoencoder, encoder = model.inpainter.model.coarse, model.classifier.model.encoder
    init_default_scope('ofer')
    trained = InputFormat.of(MODELS.build(deepcopy(autoencoder['data_preprocessor'])), 'the autoencoder')
    given = encoder.get('input_format', {})
    frozen = replace(LatentPrior.formats['default'], **given)
    assert autoencoder['encoder'] == encoder['network']
    np.testing.assert_allclose((frozen.mean, frozen.std), (trained.mean, trained.std), atol=1e-6)


def test_teachers_see_faces_without_occluders() -> None:
    found = [
        [step['type'] for step in node['augmentations']]
        for path in EXPERIMENTS
        for node in nodes(read(path).to_dict())
        if 'TeacherLabels' in types(node.get('augmentations'))
    ]
    assert found
    for steps in found:
        assert not {'BatchPasting', 'BatchErasing', 'BatchHole'}.intersection(steps[: steps.index('TeacherLabels')])
