import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmengine.runner import Runner
from torch import nn

from ofer.compat import load_checkpoint
from ofer.engine.hooks import SetEpochHook
from ofer.engine.processes.launch import run
from tests.forked import Call, ranks, statuses

ROOT = Path(__file__).resolve().parent.parent.parent


def test_stopped_and_resumed_is_the_same_as_in_one_go(
    command: Callable, experiment: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = experiment / 'parts'
    config = str(experiment / 'tiny.py')

    def stop(hook: SetEpochHook, runner: Runner) -> None:
        if runner.epoch == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SetEpochHook, 'before_train_epoch', stop)
        args = ['train', config, '--work-dir', str(folder), '--resume']  # nothing to resume yet
        with pytest.raises(KeyboardInterrupt):
            command(*args)
    assert (folder / 'last_checkpoint').read_text().endswith('epoch_1.pth')
    moved = folder.rename(experiment / 'moved')  # the note holds the old path
    command('train', config, '--work-dir', str(moved), '--resume', 'auto')
    parts, whole = load_checkpoint(moved / 'epoch_2.pth'), load_checkpoint(trained / 'epoch_2.pth')
    assert (parts['meta']['epoch'], parts['meta']['iter']) == (whole['meta']['epoch'], whole['meta']['iter']) == (2, 6)
    for name, value in whole['state_dict'].items():
        assert torch.equal(parts['state_dict'][name], value), name
    assert parts['optimizer']['param_groups'][0]['lr'] == whole['optimizer']['param_groups'][0]['lr']


def test_resuming_a_finished_training_says_so(command: Callable, experiment: Path, trained: Path) -> None:
    folder = experiment / 'finished'
    command('train', str(experiment / 'tiny.py'), '--work-dir', str(folder), '--resume', str(trained / 'epoch_2.pth'))
    (log,) = folder.rglob('*.log')
    said = [line for line in log.read_text().splitlines() if 'The training is finished' in line]
    assert len(said) == 1
    assert said[0].endswith('2 of 2 epochs are done. To train longer, raise train_cfg.max_epochs.')
    assert not list(folder.glob('epoch_*.pth'))


def test_resuming_a_finished_training_by_iterations_says_so(command: Callable, experiment: Path) -> None:
    folder = experiment / 'finished_iterations'
    (experiment / 'iterations.py').write_text(
        f"_base_ = '{experiment}/tiny.py'\n"
        'train_cfg = dict(_delete_=True, by_epoch=False, max_iters=2, val_interval=2)\n'
        "train_dataloader = dict(sampler=dict(type='InfiniteSampler'))\n"
        'default_hooks = dict(checkpoint=dict(by_epoch=False, interval=2))\n'
        'log_processor = dict(by_epoch=False)\nparam_scheduler = None\n'
    )
    for _ in range(2):
        command('train', experiment / 'iterations.py', '--work-dir', folder, '--resume')
    said = [line for log in folder.rglob('*.log') for line in log.read_text().splitlines() if 'The training is finished' in line]
    assert len(said) == 1
    assert said[0].endswith('2 of 2 iterations are done. To train longer, raise train_cfg.max_iters.')


def test_validation_with_fewer_classes_is_matched_by_name(command: Callable, experiment: Path) -> None:
    folder = experiment / 'fewer'
    (experiment / 'fewer.py').write_text(
        f"_base_ = '{experiment}/tiny.py'\n"
        "val_dataloader = dict(dataset=dict(classes=('c', 'a', 'empty'), mapping=dict(b=None)))\n"
        "train_dataloader = dict(dataset=dict(classes=('a', 'b', 'c', 'empty')))\n"
        'model = dict(head=dict(num_classes=4), data_preprocessor=dict(num_classes=4))\n'
        'train_cfg = dict(max_epochs=1)\n'
    )
    command('train', experiment / 'fewer.py', '--work-dir', folder)
    (log,) = folder.rglob('*.log')
    text = log.read_text()
    assert 'val_dataloader: no image of empty; averages over classes are over the others' in text
    assert 'val_dataloader has no b; such predictions count as wrong (val_evaluator.absent)' in text
    line = next(line for line in text.splitlines() if 'Epoch(val)' in line)
    shown = {name: float(value) for name, value in re.findall(r'(\w+): ([\d.]+|nan)', line)}
    assert shown['n'] == 6
    assert shown['accuracy'] == pytest.approx((shown['recall_a'] + shown['recall_c']) / 2, abs=1e-3)
    assert shown['balanced_accuracy'] == pytest.approx((shown['recall_a'] + shown['recall_c']) / 2, abs=1e-3)
    assert shown['recall_empty'] != shown['recall_empty']  # NaN


def test_validation_with_unknown_classes_is_refused(command: Callable, experiment: Path) -> None:
    options = "val_dataloader.dataset.classes=['a','b','other']"
    with pytest.raises(ValueError, match='other'):
        command(
            'train',
            experiment / 'tiny.py',
            '--work-dir',
            experiment / 'unknown',
            '--cfg-options',
            options,
            'val_dataloader.dataset.mapping.c=None',
        )


def test_checkpoint_states_the_classes(trained: Path) -> None:
    assert load_checkpoint(trained / 'epoch_2.pth')['meta']['dataset_meta']['classes'] == ('a', 'b', 'c')
    assert len(list(trained.glob('best_accuracy_*.pth'))) == 1


def test_flags_reach_the_run(command: Callable, experiment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = SimpleNamespace()
    monkeypatch.setattr('mmengine.runner.Runner.from_cfg', lambda config: setattr(seen, 'config', config) or SimpleNamespace(train=int))
    monkeypatch.chdir(experiment)
    options = ['--amp', '--no-validate', '--seed', '7', '--cfg-options', 'optim_wrapper.optimizer.lr=0.5', 'model.head.topk=[1,2]']
    command('train', 'tiny.py', *options)
    config = seen.config
    assert config.work_dir == 'work_dirs/tiny'
    assert config.randomness.seed == 7
    assert config.optim_wrapper.type == 'SAMOptimWrapper'
    assert config.optim_wrapper.dtype == 'bfloat16'
    assert config.optim_wrapper.optimizer.lr == 0.5
    assert config.model.head.topk == [1, 2]
    assert config.val_dataloader is config.val_cfg is config.val_evaluator is None
    assert config.resume is False


def test_resuming_from_nothing_keeps_the_configs_weights(command: Callable, experiment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = []
    monkeypatch.setattr('mmengine.runner.Runner.from_cfg', lambda config: configs.append(config) or SimpleNamespace(train=int))
    options = ['--work-dir', str(experiment / 'fresh'), '--resume', '--cfg-options', 'load_from=start.pth']
    command('train', str(experiment / 'tiny.py'), *options)
    assert (configs[0].load_from, configs[0].resume) == ('start.pth', False)


@pytest.mark.parametrize(('options', 'seed'), [([], 5), (['--seed', '7'], 7)])
def test_resuming_goes_on_with_the_checkpoints_seed(
    options: list[str], seed: int, command: Callable, experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save({'meta': {'seed': 5}, 'state_dict': {}, 'optimizer': {}}, experiment / 'seeded.pth')
    configs = []
    monkeypatch.setattr('mmengine.runner.Runner.from_cfg', lambda config: configs.append(config) or SimpleNamespace(train=int))
    arguments = [str(experiment / 'tiny.py'), '--work-dir', str(experiment / 'seeded'), '--resume', str(experiment / 'seeded.pth')]
    command('train', *arguments, *options)
    assert configs[0].randomness.seed == seed
    assert configs[0].randomness.deterministic is False  # the rest stands


def test_learning_curves_for_tensorboard(command: Callable, experiment: Path) -> None:
    pytest.importorskip('tensorboard')
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    options = ['--work-dir', str(experiment / 'curves'), '--tensorboard', '--cfg-options']
    options += ['train_cfg.max_epochs=1', 'default_hooks.logger.interval=1']
    command('train', str(experiment / 'tiny.py'), *options)
    (file,) = (experiment / 'curves').rglob('events.out.tfevents.*')
    events = EventAccumulator(str(file)).Reload()
    assert {'loss', 'lr', 'accuracy', 'ece'} <= set(events.Tags()['scalars'])
    assert [event.step for event in events.Scalars('loss')] == [1, 2, 3]  # 12 images in batches of 4
    assert list((experiment / 'curves').rglob('scalars.json'))  # the log is written as before


@pytest.mark.parametrize('use', ['resume', 'test', 'load_from'])
def test_checkpoints_with_more_than_data_are_refused_by_name(
    use: str, command: Callable, experiment: Path, trained: Path, fails: Callable
) -> None:
    content = torch.load(trained / 'epoch_2.pth', weights_only=False)
    content['meta']['extra'] = nn.Linear(1, 1)
    evil = experiment / f'evil_{use}.pth'
    torch.save(content, evil)
    common = ['--work-dir', str(experiment / f'evil_{use}')]
    if use == 'test':
        arguments = ['test', str(experiment / 'tiny.py'), str(evil), *common]
        message = fails(lambda: command(*arguments))
    else:
        extra = ['--resume', str(evil)] if use == 'resume' else ['--cfg-options', f'load_from={evil}']
        arguments = ['train', str(experiment / 'tiny.py'), *common, *extra]
        message = fails(lambda: command(*arguments))
    assert f'{evil}: refused' in message
    assert 'Linear' in message


@pytest.mark.parametrize(
    ('arguments', 'expected'),
    [
        (['tinny.py'], 'tinny.py: no such config. Did you mean tiny?'),
        (['tiny.py', '--resume', 'gone.pth'], '--resume gone.pth: no such checkpoint'),
        (['tiny.py', '--cfg-options', 'optim_wrapper.optimizer.lr'], 'expected key=value'),
        (['tiny.py', '--cfg-options', 'optim_wraper.rho=1'], "has no 'optim_wraper'. Did you mean 'optim_wrapper'?"),
        (
            ['tiny.py', '--cfg-options', 'optim_wrapper.optimzer.lr=1'],
            'no such argument. Did you mean optimizer?',
        ),
        (['tiny.py', '--cfg-options', 'train_cfg.epochs=1'], 'train_cfg.epochs: EpochBasedTrainLoop has no such argument'),
        (['tiny.py', '--cfg-options', 'param_scheduler.3.T_max=1'], "param_scheduler is a list of 1, and '3' is no index of it"),
        (['tiny.py', '--cfg-options', 'train_dataloader.dataset.data_root=gone'], 'gone: no such folder'),
        (['tiny.py', '--cfg-options', 'optim_wrapper.rho=-1'], 'optim_wrapper.rho=-1: expected a value from 0'),
        (
            ['tiny.py', '--cfg-options', 'optim_wrapper.rhoo=1'],
            'no such argument. Did you mean rho?',
        ),
        (['tiny.py', '--cfg-options', 'optim_wrapper.sharpness=1'], 'optim_wrapper.sharpness: SAMOptimWrapper has no such argument'),
        (['tiny.py', '--cfg-options', 'model.head.type=NoHead'], "model.head.type='NoHead': no component has this name"),
        (
            ['tiny.py', '--cfg-options', 'train_dataloader.batch_size=64', 'train_dataloader.drop_last=True'],
            'train_dataloader: 12 images make no batch of batch_size=64',
        ),
        (['tiny.py', '--cfg-options', 'model.head.num_classes=4'], 'the data set has 3 classes (a, b, c), and the model 4 outputs'),
        (['tiny.py', '--cfg-options', 'train_dataloader.batch_size=1'], 'a batch of one image cannot be normalised. Set'),
        (['tiny.py', '--launcher', 'pytorch'], 'torchrun'),
        (['tiny.py', '--launcher', 'slurm'], '--launcher slurm: it needs a GPU for each process, and there is none'),
        (['tiny.py', '--launcher', 'mpi'], 'torchrun --nproc-per-node N'),
    ],
)
def test_one_message_says_what_is_wrong_with_a_training(
    arguments: list[str], expected: str, command: Callable, experiment: Path, fails: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(experiment)
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    args = ['train', *arguments[:1], '--work-dir', 'failing', *arguments[1:]]
    assert expected in fails(lambda: command(*args))


@pytest.mark.parametrize(
    ('content', 'use', 'expected'),
    [
        ([1, 2], 'resume', 'no checkpoint: expected a mapping of names'),
        ([1, 2], 'load_from', 'no checkpoint: expected a mapping of names'),
        ({'state_dict': {}}, 'resume', 'it has no meta and no optimizer. '),
        ({'state_dict': {}, 'meta': {}}, 'resume', 'it has no optimizer. '),
        ({'meta': None, 'optimizer': {}}, 'resume', 'it has no meta and no state_dict. '),
    ],
)
def test_one_message_for_a_file_that_no_training_wrote(
    content: object, use: str, expected: str, command: Callable, experiment: Path, fails: Callable
) -> None:
    path = experiment / 'strange.pth'
    torch.save(content, path)
    options = ['--resume', str(path)] if use == 'resume' else ['--cfg-options', f'load_from={path}']
    args = ['train', str(experiment / 'tiny.py'), '--work-dir', str(experiment / 'failing'), *options]
    message = fails(lambda: command(*args))
    assert f'{path}: ' in message
    assert expected in message
    assert ('load_from instead' in message) == (use == 'resume' and isinstance(content, dict))


def test_one_message_for_a_damaged_image_in_a_worker(command: Callable, experiment: Path, fails: Callable) -> None:
    image = experiment / 'data' / 'train' / 'b' / '2.png'
    content = image.read_bytes()
    image.write_bytes(content[:100])
    try:
        options = ['--work-dir', str(experiment / 'failing'), '--cfg-options', 'train_dataloader.num_workers=1']
        message = fails(lambda: command('train', str(experiment / 'tiny.py'), *options))
    finally:
        image.write_bytes(content)
    assert message.startswith(f'error: {image}: ')
    assert 'Copy the file again' in message


def test_unexpected_errors_are_one_message_and_a_traceback_with_debug(fails: Callable) -> None:
    message = fails(lambda: 1 / 0)
    pattern = (
        r'error: ZeroDivisionError: division by zero \(in ofer/[\w/]+\.py:\d+\)\. Call the command again with --debug for the traceback\.\n'
    )
    assert re.fullmatch(pattern, message)
    with pytest.raises(ZeroDivisionError):
        run(lambda: 1 / 0, debug=True)


@pytest.mark.parametrize('tool', ['train', 'test'])
def test_help_of_a_script(tool: str) -> None:
    done = subprocess.run([sys.executable, ROOT / 'tools' / f'{tool}.py', '--help'], capture_output=True, text=True, check=True)
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


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU')
def test_two_processes_without_a_gpu(experiment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment that torchrun makes; ``test_distributed.py`` starts torchrun."""
    (experiment / 'buffers_of_a_rank.py').write_text(BUFFERS_OF_A_RANK)
    (experiment / 'two.py').write_text(
        "_base_ = 'tiny.py'\ncustom_imports = dict(imports=['buffers_of_a_rank'])\ncustom_hooks = [dict(type='BuffersOfARank')]\n"
    )
    monkeypatch.syspath_prepend(str(experiment))
    train = ['train', str(experiment / 'two.py'), '--work-dir', str(experiment / 'two'), '--launcher', 'pytorch']
    arguments = ([*train, '--cfg-options', 'train_cfg.max_epochs=1'],)
    calls = [Call('ofer.cli.main', arguments, experiment / f'two_{rank}.log', group) for rank, group in enumerate(ranks(2))]
    assert statuses(*calls) == [0, 0]
    checkpoint = load_checkpoint(experiment / 'two' / 'epoch_1.pth')
    # 12 images, two processes, batches of 4.
    assert checkpoint['meta']['iter'] == 2
    first, second = (load_checkpoint(experiment / 'two' / f'buffers_{rank}.pth') for rank in range(2))
    name = 'backbone.bn1.running_mean'
    assert not torch.equal(first['before'][name], second['before'][name])
    for buffers in (first['after'], second['after'], checkpoint['state_dict']):
        torch.testing.assert_close(buffers[name], (first['before'][name] + second['before'][name]) / 2)
