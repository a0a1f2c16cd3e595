"""Plans of systems that are trained stage by stage."""

from pathlib import Path

import pytest
from torch import nn

from ofer.engine.config import read_config
from ofer.engine.stages import moved_options, read_stages
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parent.parent.parent
PLANS = sorted(path for path in (ROOT / 'configs').glob('*/plan_*.py') if path.parent.name != 'ablations')

FIRST = """
model = dict(type='First', depth=1)
train_cfg = dict(max_epochs=5)
objects = [dict(type='PasteOccluders', folder='{data}/objects')]
dataset = dict(type='FaceFolder', data_root='{data}', pipeline=objects)
train_dataloader = dict(batch_size=1, sampler=dict(type='DefaultSampler', shuffle=True), dataset=dataset)
"""
SECOND = """
files = 'checkpoints/first.pth', 'checkpoints/vgg.pth', 'ofer::landmarks'
model = dict(type='Second', parts=[dict(checkpoint=file) for file in files])
train_cfg = dict(max_epochs=5)
load_from = 'https://somewhere/weights.pth'
"""


class Network(nn.Module):
    """Takes what the plan's configs give."""

    def __init__(self, depth: int = 1, parts: list[dict] | None = None) -> None:
        super().__init__()


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ('First', 'Second'):
        monkeypatch.setitem(MODELS._module_dict, name, Network)
    (tmp_path / 'data').mkdir()
    (tmp_path / 'first.py').write_text(FIRST.format(data=tmp_path / 'data'))
    (tmp_path / 'second.py').write_text(SECOND)
    path = tmp_path / 'plan.py'
    path.write_text(
        "stages = dict(a=dict(config='first.py', checkpoint='checkpoints/first.pth', options=['model.depth=2']),"
        " b=dict(config='second.py', checkpoint='checkpoints/second.pth'))"
    )
    return path


def test_needs_are_read_off_the_configs(plan: Path) -> None:
    first, second = read_stages(plan, plan.parent).values()
    assert (first.needs, second.needs) == ((), ('a',))
    assert first.foreign == (plan.parent / 'data', plan.parent / 'data' / 'objects')
    assert first.missing == [plan.parent / 'data' / 'objects']
    assert second.foreign == (Path('checkpoints/vgg.pth'),)  # neither addresses nor weights of the package are looked for
    assert second.checkpoint == Path('checkpoints/second.pth')


def test_options_of_all_stages_and_of_one(plan: Path) -> None:
    first, second = read_stages(plan, plan.parent, ['train_cfg.max_epochs=3', 'b.train_cfg.max_epochs=4', 'b.model.depth=7']).values()
    assert (first.config.model.depth, second.config.model.depth) == (2, 7)
    assert (first.config.train_cfg.max_epochs, second.config.train_cfg.max_epochs) == (3, 4)
    assert first.options == ('model.depth=2', 'train_cfg.max_epochs=3')


def test_checkpoints_may_lie_elsewhere(plan: Path, tmp_path: Path) -> None:
    second = read_stages(plan, plan.parent, checkpoints=tmp_path / 'there')['b']
    assert second.checkpoint == tmp_path / 'there' / 'second.pth'
    assert second.options == (f'model.parts.0.checkpoint={tmp_path}/there/first.pth',)
    assert second.config.model.parts[1].checkpoint == 'checkpoints/vgg.pth'
    assert second.needs == ('a',)
    assert moved_options(read_config(plan.parent / 'second.py'), {}) == []


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ('seeds = [0]', 'has no stages'),
        ("stages = 'x'", "stages='x': expected a dict"),
        ('stages = dict(a=5)', "stage 'a': expected a dict of config, checkpoint, options, found 5"),
        ("stages = dict(a=dict(config=5, checkpoint='x'))", "stage 'a': config=5: expected a text"),
        ("stages = dict(a=dict(config='first.py', checkpoint='x', options='y'))", "options='y': expected a list of texts"),
        ('stages = (', r'plan\.py:1: .*never closed'),
        ("stages = dict(a=dict(config='first.py'))", "stage 'a': has no checkpoint; expected config, checkpoint"),
        ("stages = dict(a=dict(config='first.py', checkpoint='x', epochs=3))", "stage 'a': unknown 'epochs'"),
        ("stages = dict(a=dict(config='first.py', checkpoint='x', options=['modl.depth=1']))", "stage 'a': .*modl"),
        (
            "stages = dict(b=dict(config='second.py', checkpoint='y'), a=dict(config='first.py', checkpoint='checkpoints/first.pth'))",
            "stage 'b' reads what a leaves, so it has to come later",
        ),
    ],
)
def test_plans_that_do_not_fit(plan: Path, content: str, message: str) -> None:
    plan.write_text(content)
    with pytest.raises(ValueError, match=message):
        read_stages(plan, plan.parent)


def test_missing_files(plan: Path) -> None:
    with pytest.raises(FileNotFoundError, match='no such plan'):
        read_stages(plan.with_name('other.py'), plan.parent)
    (plan.parent / 'first.py').unlink()
    with pytest.raises(FileNotFoundError, match='no such config'):
        read_stages(plan, plan.parent)


ON_LATENTS = {'plan_affectnet7', 'plan_fedro', 'plan_kdef', 'plan_rafdb'}  # the paper's detector; the others' has its own encoder
READS_PACKAGE = {'plan_48_ferplus', 'plan_zoo'}  # the inpainter and recognition read the recogniser of the package


@pytest.mark.parametrize('path', PLANS, ids=[path.stem for path in PLANS])
def test_plans_of_the_library(path: Path) -> None:
    stages = read_stages(path, ROOT)
    assert {'mae', 'inpainter', 'fer'} <= set(stages)
    assert set(stages['inpainter'].needs) == ({'mae'} if path.stem in READS_PACKAGE else {'mae', 'classifier'})
    assert stages['fer'].needs == ('mae',)
    assert stages['svdd'].needs == (('mae',) if path.stem in ON_LATENTS else ())
    assert len({stage.checkpoint for stage in stages.values()}) == len(stages)
