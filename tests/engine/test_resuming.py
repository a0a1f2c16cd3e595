"""A small training that is killed, resumed, spoilt and moved between numbers of processes; see ``resumed_worker.py``."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from ofer.compat import load_checkpoint
from tests.forked import Call, statuses

WORKER = Path(__file__).with_name('resumed_worker.py')


def run_jobs(*jobs: dict[str, Any]) -> list[tuple[str, str, int]]:
    """The signal that each training got, the moment of it, and the exit status."""
    log = Path(jobs[0]['work_dir']).with_name('log.txt')
    assert statuses(Call(WORKER, (jobs,), log), seconds=1100) == [0]
    ends = re.findall(r'^ENDED (\w+) (\w+) (\d+)$', log.read_text(), re.MULTILINE)
    return [(name, moment, int(code)) for name, moment, code in ends]


def leaves(value: Any, name: str = '') -> Iterator[tuple[str, Any]]:
    if isinstance(value, (dict, list, tuple)):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(child, f'{name}.{key}')
    else:
        yield name, value


def state(path: Path) -> dict[str, Any]:
    """Everything in a checkpoint that training goes on from."""
    checkpoint = load_checkpoint(path)
    assert checkpoint.keys() >= {'state_dict', 'optimizer', 'param_schedulers'}
    return dict(leaves({key: value for key, value in checkpoint.items() if key not in ('meta', 'message_hub')}))


def assert_same(first: Path, second: Path) -> None:
    one, other = state(first), state(second)
    assert one.keys() == other.keys()
    differ = [name for name in one if not (torch.equal(one[name], other[name]) if torch.is_tensor(one[name]) else one[name] == other[name])]
    assert not differ


def losses(work_dir: Path) -> set[str]:
    """Epoch, batch, iteration and exact loss of every step that was made, also of those that were lost and made again."""
    return set((work_dir / 'steps.txt').read_text().splitlines())


def killed(work_dir: Path, kills: int, *options: str, seed: int = 0) -> list[tuple[str, str, int]]:
    """What :func:`run_jobs` gives of a training that was killed, after a comparison with the one that was not."""
    one, other = work_dir / 'whole', work_dir / 'killed'
    options = ('default_hooks.resumable.interval=2', 'train_dataloader.num_workers=2', 'custom_hooks.1.pause=0.02', *options)
    ends = run_jobs(dict(work_dir=one, options=options), dict(work_dir=other, options=options, kills=kills, seed=seed))
    assert losses(one) == losses(other)
    names = {path.name for path in one.glob('*.pth')}
    assert names == {path.name for path in other.glob('*.pth')}
    for name in names:
        if not name.startswith('best'):
            assert_same(one / name, other / name)
    return ends[1:]


STATUS = {'SIGINT': 130, 'SIGTERM': 143, 'SIGKILL': 9, 'None': 0}


def test_kills_end_in_the_same_weights(tmp_path: Path) -> None:
    ends = killed(tmp_path, 2)
    assert len(ends) == 3
    assert all(STATUS[name] == code for name, _, code in ends)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize('seed', [0, 1])
def test_twenty_kills_end_in_the_same_weights(tmp_path: Path, seed: int) -> None:
    ends = killed(tmp_path, 20, 'train_cfg.max_epochs=20', seed=seed)
    assert len(ends) == 21
    assert {name for name, _, _ in ends} == set(STATUS)
    assert {moment for name, moment, _ in ends if name == 'SIGKILL'} == {'step', 'write', 'validation'}


@pytest.mark.slow
def test_parts_with_optimisers_of_their_own(tmp_path: Path) -> None:
    options = ['model.type=TwoParts', 'optim_wrapper.constructor=PartsOptimWrapperConstructor', 'custom_hooks.0.momentum=0.2']
    options += [f'optim_wrapper.{name}=None' for name in ('type', 'rho', 'accumulative_counts', 'optimizer')]
    for part, rate in (('painter', 0.01), ('critic', 0.02)):
        options += [f'optim_wrapper.{part}.optimizer.type=Adam', f'optim_wrapper.{part}.optimizer.lr={rate}']
        options += [f'optim_wrapper.{part}.accumulative_counts=2']
    assert len(killed(tmp_path, 3, *options)) > 1


@pytest.mark.slow
def test_iterations_without_epochs(tmp_path: Path) -> None:
    options = ['default_hooks.checkpoint.by_epoch=False', 'default_hooks.checkpoint.interval=4', 'log_processor.by_epoch=False']
    options += ['train_cfg.by_epoch=False', 'train_cfg.max_epochs=None', 'train_cfg.max_iters=12', 'train_cfg.val_interval=4']
    options += ['train_dataloader.sampler.type=InfiniteSampler', 'param_scheduler.0.convert_to_iter_based=False']
    options += ['param_scheduler.0.by_epoch=False']
    assert len(killed(tmp_path, 2, *options)) > 1


def test_checkpoints_wait_for_the_end_of_an_accumulation(tmp_path: Path) -> None:
    options = ['default_hooks.checkpoint.by_epoch=False', 'default_hooks.checkpoint.interval=3', 'train_cfg.max_epochs=2']
    options += ['default_hooks.checkpoint.save_best=None', 'default_hooks.checkpoint.max_keep_ckpts=-1']  # a step takes two batches
    whole = tmp_path / 'whole'
    assert [code for *_, code in run_jobs(dict(work_dir=whole, options=options))] == [0]
    assert sorted(path.name for path in whole.glob('iter_*.pth')) == ['iter_10.pth', 'iter_12.pth', 'iter_4.pth', 'iter_6.pth']


def stopped(work_dir: Path, stops: Sequence[int], options: Sequence[str], replaced: dict[str, Any]) -> dict[str, Any]:
    """The last state of a training that got SIGTERM in these iterations, after a comparison with the one that did not.

    Each goes on in a new process; there is no validation.
    """
    one, other = work_dir / 'whole', work_dir / 'stopped'
    job = dict(replaced=dict.fromkeys(('val_dataloader', 'val_evaluator', 'val_cfg')) | replaced)
    options = ['default_hooks.checkpoint.save_best=None', *options]
    parts = [dict(job, work_dir=other, options=[*options, f'custom_hooks.1.stop_at={stop}']) for stop in stops]
    ends = run_jobs(dict(job, work_dir=one, options=options), *parts, dict(job, work_dir=other, options=options))
    assert [code for *_, code in ends] == [0, *([143] * len(stops)), 0]
    assert losses(one) == losses(other)
    assert_same(one / 'epoch_4.pth', other / 'epoch_4.pth')
    return state(one / 'epoch_4.pth')


def test_a_one_class_detector_keeps_centre_and_radius(tmp_path: Path) -> None:
    model = dict(
        type='OcclusionDetector',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0.5] * 3, std=[0.5] * 3, to_rgb=False),
        detector=dict(type='ViTSVDD', in_channels=3, hidden=[4]),
    )
    replaced = dict(model=model, custom_hooks=[dict(type='OneClassHook', interval=2)])
    # Amid the second epoch, and after the last step, when the radius is still to be found.
    end = stopped(tmp_path, (9, 23), ['train_dataloader.dataset.type=NoisyImages'], replaced)
    assert torch.isfinite(end['.state_dict.detector.center']).all()
    assert end['.state_dict.detector.threshold'] > 0


@pytest.mark.slow
def test_compiled_networks(tmp_path: Path) -> None:
    # Goes on with the epoch's last batch, of two images: the first size that the new process sees is not the first that the old one saw.
    stopped(tmp_path, (10,), ['optim_wrapper.accumulative_counts=1'], dict(custom_hooks=[dict(type='CompileHook', trained=True)]))


@pytest.mark.slow
def test_from_two_processes_to_one_and_back(tmp_path: Path) -> None:
    # What two processes and one compute alike but for rounding: no batch statistics, dropout or sharpness of one process alone.
    alike = ['model.norm=False', 'optim_wrapper.type=OptimWrapper', 'optim_wrapper.rho=None']
    one, two = {'options': alike}, {'options': [*alike, 'train_dataloader.batch_size=2'], 'processes': 2}
    stopped = [dict(kind, options=[*kind['options'], 'custom_hooks.1.stop_at=9']) for kind in (one, two)]
    places = [tmp_path / name for name in ('whole', 'one_then_two', 'two_then_one')]
    ends = run_jobs(
        dict(one, work_dir=places[0]),
        *(dict(stopped[0], work_dir=places[1]), dict(two, work_dir=places[1])),
        *(dict(stopped[1], work_dir=places[2]), dict(one, work_dir=places[2])),
    )
    assert [code for *_, code in ends] == [0, 143, 0, 143, 0]
    whole = state(places[0] / 'epoch_4.pth')
    for place in places[1:]:
        moved = state(place / 'epoch_4.pth')
        assert moved.keys() == whole.keys()
        for name, value in whole.items():
            if torch.is_tensor(value):
                torch.testing.assert_close(moved[name], value, rtol=1e-4, atol=1e-5)
        steps = [[line.split()[:3] for line in (folder / 'steps.txt').read_text().splitlines()] for folder in (places[0], place)]
        assert steps[0] == steps[1]


@pytest.mark.slow
def test_two_processes_go_on_with_batch_statistics_of_their_own(tmp_path: Path) -> None:
    two = {'options': ['train_dataloader.batch_size=3'], 'processes': 2}
    stopped = dict(two, options=[*two['options'], 'custom_hooks.1.stop_at=4'])  # amid the second epoch, in one of the processes
    ends = run_jobs(
        dict(two, work_dir=tmp_path / 'whole'), dict(stopped, work_dir=tmp_path / 'stopped'), dict(two, work_dir=tmp_path / 'stopped')
    )
    assert [code for *_, code in ends] == [0, 143, 0]
    assert losses(tmp_path / 'stopped') == losses(tmp_path / 'whole')
    assert_same(tmp_path / 'stopped' / 'epoch_4.pth', tmp_path / 'whole' / 'epoch_4.pth')
