import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import mmengine
import pytest
import torch
from mmengine.runner import Runner

from ofer.compat import load_checkpoint
from ofer.engine.hooks import SetEpochHook
from ofer.engine.launch import run

ROOT = Path(__file__).resolve().parent.parent.parent


def test_stopped_and_resumed_is_the_same_as_in_one_go(
    train_tool: ModuleType, experiment: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = experiment / 'parts'
    config = str(experiment / 'tiny.py')

    def stop(hook: SetEpochHook, runner: Runner) -> None:
        if runner.epoch == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SetEpochHook, 'before_train_epoch', stop)
        args = train_tool.parse_args([config, '--work-dir', str(folder), '--resume'])  # nothing to resume yet
        with pytest.raises(KeyboardInterrupt):
            train_tool.train(args)
    assert (folder / 'last_checkpoint').read_text().endswith('epoch_1.pth')
    moved = folder.rename(experiment / 'moved')  # the note holds the old path
    train_tool.train(train_tool.parse_args([config, '--work-dir', str(moved), '--resume', 'auto']))
    parts, whole = load_checkpoint(moved / 'epoch_2.pth'), load_checkpoint(trained / 'epoch_2.pth')
    assert (parts['meta']['epoch'], parts['meta']['iter']) == (whole['meta']['epoch'], whole['meta']['iter']) == (2, 6)
    for name, value in whole['state_dict'].items():
        assert torch.equal(parts['state_dict'][name], value), name
    assert parts['optimizer']['param_groups'][0]['lr'] == whole['optimizer']['param_groups'][0]['lr']


def test_checkpoint_states_the_classes(trained: Path) -> None:
    assert load_checkpoint(trained / 'epoch_2.pth')['meta']['dataset_meta']['classes'] == ('a', 'b', 'c')
    assert len(list(trained.glob('best_accuracy_*.pth'))) == 1


def test_flags_reach_the_run(train_tool: ModuleType, experiment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = SimpleNamespace()
    monkeypatch.setattr('mmengine.runner.Runner.from_cfg', lambda config: setattr(seen, 'config', config) or SimpleNamespace(train=int))
    monkeypatch.chdir(experiment)
    options = ['--amp', '--no-validate', '--seed', '7', '--cfg-options', 'optim_wrapper.optimizer.lr=0.5', 'model.head.topk=[1,2]']
    train_tool.train(train_tool.parse_args(['tiny.py', *options]))
    config = seen.config
    assert config.work_dir == 'work_dirs/tiny'
    assert config.randomness.seed == 7
    assert config.optim_wrapper.type == 'SAMOptimWrapper'
    assert config.optim_wrapper.dtype == 'bfloat16'
    assert config.optim_wrapper.optimizer.lr == 0.5
    assert config.model.head.topk == [1, 2]
    assert config.val_dataloader is config.val_cfg is config.val_evaluator is None
    assert config.resume is False


def test_resuming_from_nothing_keeps_the_configs_weights(train_tool: ModuleType, experiment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = []
    monkeypatch.setattr('mmengine.runner.Runner.from_cfg', lambda config: configs.append(config) or SimpleNamespace(train=int))
    options = ['--work-dir', str(experiment / 'fresh'), '--resume', '--cfg-options', 'load_from=start.pth']
    train_tool.train(train_tool.parse_args([str(experiment / 'tiny.py'), *options]))
    assert (configs[0].load_from, configs[0].resume) == ('start.pth', False)


@pytest.mark.parametrize(('options', 'seed'), [([], 5), (['--seed', '7'], 7)])
def test_resuming_goes_on_with_the_checkpoints_seed(
    options: list[str], seed: int, train_tool: ModuleType, experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save({'meta': {'seed': 5}, 'state_dict': {}}, experiment / 'seeded.pth')
    configs = []
    monkeypatch.setattr('mmengine.runner.Runner.from_cfg', lambda config: configs.append(config) or SimpleNamespace(train=int))
    arguments = [str(experiment / 'tiny.py'), '--work-dir', str(experiment / 'seeded'), '--resume', str(experiment / 'seeded.pth')]
    train_tool.train(train_tool.parse_args([*arguments, *options]))
    assert configs[0].randomness.seed == seed
    assert configs[0].randomness.deterministic is False  # the rest stands


def test_learning_curves_for_tensorboard(train_tool: ModuleType, experiment: Path) -> None:
    pytest.importorskip('tensorboard')
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    options = ['--work-dir', str(experiment / 'curves'), '--tensorboard', '--cfg-options']
    options += ['train_cfg.max_epochs=1', 'default_hooks.logger.interval=1']
    train_tool.train(train_tool.parse_args([str(experiment / 'tiny.py'), *options]))
    (file,) = (experiment / 'curves').rglob('events.out.tfevents.*')
    events = EventAccumulator(str(file)).Reload()
    assert {'loss', 'lr', 'accuracy', 'ece'} <= set(events.Tags()['scalars'])
    assert [event.step for event in events.Scalars('loss')] == [1, 2, 3]  # 12 images in batches of 4
    assert list((experiment / 'curves').rglob('scalars.json'))  # the log is written as before


def test_all_test_sets_with_every_output(test_tool: ModuleType, experiment: Path, trained: Path, capsys: pytest.CaptureFixture) -> None:
    out = experiment / 'out'
    weights = str(trained / 'epoch_2.pth')
    options = ['--work-dir', str(out), '--all', '--tta', '--out', str(out / 'all.json')]
    options += ['--dump', str(out / 'all.pkl'), '--show-dir', str(out / 'show')]
    # Training's data need not be there.
    options += ['--cfg-options', 'train_dataloader.dataset.data_root=/nowhere']
    test_tool.test(test_tool.parse_args([str(experiment / 'tiny.py'), weights, *options]))
    report = json.loads((out / 'all.json').read_text())
    assert {name: content['measures']['n'] for name, content in report['sets'].items()} == {'clean': 9, 'train': 12, 'blocks_30': 9}
    clean = report['sets']['clean']
    assert clean['classes'] == ['a', 'b', 'c']
    assert clean['data'].endswith('9 images: a 3, b 3, c 3')
    assert sum(map(sum, clean['confusion_matrix'])) == 9
    right = sum(clean['confusion_matrix'][k][k] for k in range(3))
    assert clean['measures']['accuracy'] == pytest.approx(100 * right / 9)
    assert {'ece', 'f1_accuracy'} <= set(clean['measures'])
    assert sum(clean['reliability']['samples']) == 9
    assert clean['reliability']['accuracy'].count(None) == clean['reliability']['samples'].count(0)  # an empty bin has none
    predictions = pickle.loads((out / 'all.pkl').read_bytes())['sets']
    assert [sample['gt_label'] for sample in predictions['clean']] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert predictions['clean'][0]['img_path'].endswith('test/a/0.png')
    # The blocks are on the images, and nothing else differs.
    assert predictions['clean'][0]['pred_score'] != predictions['blocks_30'][0]['pred_score']
    pictures = {path.name for path in (out / 'show').iterdir()}
    kinds = ('confusion', 'predictions', 'reliability')
    assert pictures == {f'{name}_{kind}.png' for name in ('clean', 'train', 'blocks_30') for kind in kinds}
    assert '| accuracy ' in capsys.readouterr().out


@pytest.mark.parametrize('name', ['all.json', 'all.pkl'])
def test_measures_are_written_whole_or_not_at_all(
    test_tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / 'new' / name
    test_tool.write(path, {'accuracy': 50.0})
    assert mmengine.load(path) == {'accuracy': 50.0}

    def stopped(descriptor: int) -> None:
        raise OSError('stopped')

    monkeypatch.setattr(os, 'fsync', stopped)
    with pytest.raises(OSError, match='stopped'):
        test_tool.write(path, {'accuracy': 60.0})
    assert mmengine.load(path) == {'accuracy': 50.0}
    assert [file.name for file in path.parent.iterdir()] == [name]


def test_a_set_that_is_missing_is_refused_before_the_first_is_computed(
    test_tool: ModuleType, experiment: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (experiment / 'missing.py').write_text("_base_ = 'tiny.py'\ntest_sets = dict(clean=dict(), gone=dict(data_root='/nowhere'))")
    monkeypatch.setattr(Runner, 'test', lambda runner: pytest.fail('computed'))
    arguments = [str(experiment / 'missing.py'), str(trained / 'epoch_2.pth'), '--work-dir', str(experiment / 'missing')]
    with pytest.raises(FileNotFoundError, match='/nowhere: no such folder'):
        test_tool.test(test_tool.parse_args([*arguments, '--sets', 'clean', 'gone']))


def test_averaging_over_flips_is_the_mean_of_both(test_tool: ModuleType, experiment: Path, trained: Path) -> None:
    (experiment / 'flipped.py').write_text(
        "_base_ = 'tiny.py'\ntest_sets = dict(_delete_=True, plain=dict(), flipped=dict(before_packing=[dict(type='FlipFace', prob=1.0)]))"
    )
    scores = {}
    for config, flag in (('flipped', '--all'), ('tiny', '--tta')):
        dump = experiment / f'{config}.json'
        arguments = [str(experiment / f'{config}.py'), str(trained / 'epoch_2.pth'), '--work-dir', str(experiment / 'tta'), flag]
        test_tool.test(test_tool.parse_args([*arguments, '--dump', str(dump)]))
        for name, samples in json.loads(dump.read_text())['sets'].items():
            scores[name] = torch.tensor([sample['pred_score'] for sample in samples])
    torch.testing.assert_close(scores['test'], (scores['plain'] + scores['flipped']) / 2)
    assert not torch.allclose(scores['plain'], scores['flipped'])


def test_classes_are_joined_by_name(
    test_tool: ModuleType, experiment: Path, trained: Path, fails: Callable, capsys: pytest.CaptureFixture
) -> None:
    config = experiment / 'classes.py'
    config.write_text(
        "_base_ = 'tiny.py'\ntest_sets = dict(clean=dict(), turned=dict(classes=('c', 'b', 'a')), "
        "two=dict(classes=('c', 'a'), mapping=dict(b=None)), other=dict(classes=('a', 'b', 'c', 'd')))"
    )
    arguments = [str(config), str(trained / 'epoch_2.pth'), '--work-dir', str(experiment / 'classes'), '--sets']

    def reports(*options: str) -> dict:
        out = experiment / 'classes.json'
        test_tool.test(test_tool.parse_args([*arguments, 'clean', 'turned', 'two', '--dump', str(out), *options]))
        return json.loads(out.read_text())['sets']

    sets = reports()
    assert sets['turned'] == sets['clean']
    assert sets['two'] == [sample for sample in sets['clean'] if sample['gt_label'] != 1]
    assert 'note: two has no b; such answers of the model count as wrong' in capsys.readouterr().err
    sets = reports('--cfg-options', 'test_evaluator.absent=excluded')
    assert {sample['pred_label'] for sample in sets['two']} <= {0, 2}
    assert {sample['pred_score'][1] for sample in sets['two']} == {0}

    message = fails(lambda: test_tool.test(test_tool.parse_args([*arguments, 'other'])))
    assert 'the test set has the classes a, b, c, d, and the model was trained on a, b, c: it cannot answer d' in message
    message = fails(lambda: test_tool.test(test_tool.parse_args([*arguments, 'cleam'])))
    assert '--sets cleam: ' in message
    assert 'names the test sets clean, train, blocks_30, turned, two, other' in message
    options = ['--cfg-options', 'test_evaluator.type=Accuracy']
    message = fails(lambda: test_tool.test(test_tool.parse_args([*arguments, 'turned', *options])))
    assert 'Only FERMetric joins them by name, so test_evaluator cannot have Accuracy' in message


@pytest.mark.parametrize('stated', [True, False])
def test_weights_without_classes_are_tested_with_one_warning(
    stated: bool, test_tool: ModuleType, experiment: Path, trained: Path, capsys: pytest.CaptureFixture
) -> None:
    content = load_checkpoint(trained / 'epoch_2.pth')
    path = experiment / 'unnamed.pth'
    torch.save({'state_dict': content['state_dict'], 'meta': {'dataset_meta': content['meta']['dataset_meta']} if stated else {}}, path)
    test_tool.test(test_tool.parse_args([str(experiment / 'tiny.py'), str(path), '--all', '--work-dir', str(experiment / 'unnamed')]))
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith('warning: ')]
    assert len(warnings) == (0 if stated else 1)
    assert stated or 'unnamed.pth does not state its classes; its outputs are taken to be a, b, c, in this order' in warnings[0]


def test_weights_of_another_model_are_refused(test_tool: ModuleType, experiment: Path, trained: Path, fails: Callable) -> None:
    options = ['--work-dir', str(experiment / 'other'), '--cfg-options', 'model.backbone.base_channels=8', 'model.head.in_channels=64']
    arguments = test_tool.parse_args([str(experiment / 'tiny.py'), str(trained / 'epoch_2.pth'), *options])
    message = fails(lambda: test_tool.test(arguments))
    assert 'of another shape: ' in message
    assert 'head.fc.weight (3, 32) instead of (3, 64)' in message or 'and ' in message


@pytest.mark.parametrize('use', ['resume', 'test', 'load_from'])
def test_checkpoints_with_more_than_data_are_refused_by_name(
    use: str, train_tool: ModuleType, test_tool: ModuleType, experiment: Path, trained: Path, fails: Callable
) -> None:
    content = torch.load(trained / 'epoch_2.pth', weights_only=False)
    content['meta']['extra'] = Path('anything')
    evil = experiment / f'evil_{use}.pth'
    torch.save(content, evil)
    common = ['--work-dir', str(experiment / f'evil_{use}')]
    if use == 'test':
        arguments = test_tool.parse_args([str(experiment / 'tiny.py'), str(evil), *common])
        message = fails(lambda: test_tool.test(arguments))
    else:
        extra = ['--resume', str(evil)] if use == 'resume' else ['--cfg-options', f'load_from={evil}']
        arguments = train_tool.parse_args([str(experiment / 'tiny.py'), *common, *extra])
        message = fails(lambda: train_tool.train(arguments))
    assert f'{evil}: refused' in message
    assert 'Posix' in message


@pytest.mark.parametrize(
    ('arguments', 'expected'),
    [
        (['tinny.py'], 'tinny.py: no such config. Did you mean tiny?'),
        (['tiny.py', '--resume', 'gone.pth'], '--resume gone.pth: no such checkpoint'),
        (['tiny.py', '--cfg-options', 'optim_wrapper.optimizer.lr'], 'expected key=value'),
        (['tiny.py', '--cfg-options', 'optim_wraper.rho=1'], "has no 'optim_wraper'. Did you mean 'optim_wrapper'?"),
        (['tiny.py', '--cfg-options', 'optim_wrapper.optimzer.lr=1'], "optim_wrapper has no 'optimzer'. Did you mean 'optimizer'?"),
        (['tiny.py', '--cfg-options', 'train_cfg.epochs=1'], "train_cfg has no 'epochs'"),
        (['tiny.py', '--cfg-options', 'param_scheduler.3.T_max=1'], "param_scheduler is a list of 1, and '3' is no index of it"),
        (['tiny.py', '--cfg-options', 'train_dataloader.dataset.data_root=gone'], 'gone: no such folder'),
        (['tiny.py', '--cfg-options', 'optim_wrapper.rho=-1'], 'rho=-1: expected a radius'),
        (['tiny.py', '--cfg-options', 'optim_wrapper.rhoo=1'], "optim_wrapper has no 'rhoo'"),
        (['tiny.py', '--cfg-options', 'optim_wrapper.sharpness=1'], "unexpected keyword argument 'sharpness'"),
        (['tiny.py', '--cfg-options', 'model.head.type=NoHead'], 'NoHead is not in the'),
        (['tiny.py', '--launcher', 'pytorch'], 'torchrun'),
        (['tiny.py', '--launcher', 'slurm'], '--launcher slurm: there is no GPU here'),
        (['tiny.py', '--launcher', 'mpi'], 'torchrun --nproc-per-node N'),
    ],
)
def test_one_message_says_what_is_wrong_with_a_training(
    arguments: list[str], expected: str, train_tool: ModuleType, experiment: Path, fails: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(experiment)
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    args = train_tool.parse_args([*arguments[:1], '--work-dir', 'failing', *arguments[1:]])
    assert expected in fails(lambda: train_tool.train(args))


def test_one_message_for_missing_weights(test_tool: ModuleType, experiment: Path, fails: Callable) -> None:
    args = test_tool.parse_args([str(experiment / 'tiny.py'), 'gone.pth', '--work-dir', str(experiment / 'failing')])
    assert 'gone.pth: no such checkpoint' in fails(lambda: test_tool.test(args))


def test_a_model_of_stages_reads_their_files(
    test_tool: ModuleType, experiment: Path, trained: Path, fails: Callable, capsys: pytest.CaptureFixture
) -> None:
    (experiment / 'staged.py').write_text(f"""_base_ = ['tiny.py']

import mmengine

tiny = mmengine.Config.fromfile({str(experiment / 'tiny.py')!r}).model
model = dict(
    _delete_=True,
    type='LatentOFER',
    data_preprocessor=tiny.data_preprocessor,
    classifier=dict(model=tiny, checkpoint={str(trained / 'epoch_2.pth')!r}),
)
del tiny
""")
    whole, staged = experiment / 'whole.json', experiment / 'staged.json'
    test_tool.test(test_tool.parse_args([str(experiment / 'tiny.py'), str(trained / 'epoch_2.pth'), '--dump', str(whole)]))
    arguments = [str(experiment / 'staged.py'), '--work-dir', str(experiment / 'staged')]
    test_tool.test(test_tool.parse_args([*arguments, '--dump', str(staged)]))
    assert 'does not state its classes' not in capsys.readouterr().err
    for one, other in zip(*(json.loads(file.read_text())['sets']['test'] for file in (whole, staged)), strict=True):
        assert one['pred_score'] == pytest.approx(other['pred_score'], abs=1e-5)
    gone = test_tool.parse_args([*arguments, '--cfg-options', 'model.classifier.checkpoint=gone.pth'])
    assert "gone.pth: the weights of ImageClassifier are missing. Train the stage 'classifier' first" in fails(lambda: test_tool.test(gone))
    plain = test_tool.parse_args([str(experiment / 'tiny.py'), '--work-dir', str(experiment / 'staged')])
    assert 'ImageClassifier is not made of stages with files of their own: give a checkpoint' in fails(lambda: test_tool.test(plain))


def test_one_message_for_a_damaged_image_in_a_worker(train_tool: ModuleType, experiment: Path, fails: Callable) -> None:
    image = experiment / 'data' / 'train' / 'b' / '2.png'
    content = image.read_bytes()
    image.write_bytes(content[:100])
    try:
        options = ['--work-dir', str(experiment / 'failing'), '--cfg-options', 'train_dataloader.num_workers=1']
        message = fails(lambda: train_tool.train(train_tool.parse_args([str(experiment / 'tiny.py'), *options])))
    finally:
        image.write_bytes(content)
    assert message.startswith(f'error: {image}: ')
    assert 'Copy the file again' in message


def test_unexpected_errors_keep_their_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda: 1 / 0)
    with pytest.raises(ValueError, match='invalid literal'):
        run(lambda: int('x'))


@pytest.mark.parametrize('tool', ['train', 'test'])
def test_help_is_quick(tool: str) -> None:
    start = time.perf_counter()
    done = subprocess.run([sys.executable, ROOT / 'tools' / f'{tool}.py', '--help'], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 1
    assert '--cfg-options' in done.stdout


BUFFERS_OF_A_RANK = """
import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from ofer.registry import HOOKS

@HOOKS.register_module()
class BuffersOfARank(Hook):
    def before_train_epoch(self, runner):
        self.moved = {}
    def after_train_iter(self, runner, **_):
        self.moved = {name: value.clone() for name, value in runner.model.module.named_buffers()}
    def before_val_epoch(self, runner):
        buffers = dict(runner.model.module.named_buffers())
        torch.save({'before': self.moved, 'after': buffers}, f'{runner.work_dir}/buffers_{get_rank()}.pth')
"""


def test_two_processes_without_a_gpu(experiment: Path) -> None:
    (experiment / 'buffers_of_a_rank.py').write_text(BUFFERS_OF_A_RANK)
    (experiment / 'two.py').write_text(
        "_base_ = 'tiny.py'\ncustom_imports = dict(imports=['buffers_of_a_rank'])\ncustom_hooks = [dict(type='BuffersOfARank')]\n"
    )
    command = [sys.executable, '-m', 'torch.distributed.run', '--nproc-per-node', '2', '--standalone', ROOT / 'tools' / 'train.py']
    options = ['--work-dir', experiment / 'two', '--launcher', 'pytorch', '--cfg-options', 'train_cfg.max_epochs=1']
    path = os.pathsep.join([str(experiment), os.environ.get('PYTHONPATH', '')])
    done = subprocess.run(
        [*command, experiment / 'two.py', *options], capture_output=True, text=True, timeout=280, env={**os.environ, 'PYTHONPATH': path}
    )
    assert done.returncode == 0, done.stderr
    checkpoint = load_checkpoint(experiment / 'two' / 'epoch_1.pth')
    # 12 images, two processes, batches of 4.
    assert checkpoint['meta']['iter'] == 2
    first, second = (load_checkpoint(experiment / 'two' / f'buffers_{rank}.pth') for rank in range(2))
    name = 'backbone.bn1.running_mean'
    assert not torch.equal(first['before'][name], second['before'][name])
    for buffers in (first['after'], second['after'], checkpoint['state_dict']):
        torch.testing.assert_close(buffers[name], (first['before'][name] + second['before'][name]) / 2)
