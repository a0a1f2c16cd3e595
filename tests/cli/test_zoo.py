"""A plan of two small trainings: trained, fitted to a time, packaged, described."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ofer.cli.main import parse
from ofer.engine.packaging import read_card
from ofer.engine.processes.launch import UsageError
from ofer.engine.zoo import deadlines, needed_stages, read_zoo
from ofer.weights import read_weights

PLAN = """
stages = dict(
    labels=dict(command=['prepare', 'labels', 'data/train', 'data/labels.txt'], checkpoint='data/labels.txt'),
    first=dict(config='{config}', checkpoint='checkpoints/first.pth', options=['randomness.seed=2']),
    second=dict(config='{config}', checkpoint='checkpoints/second.pth', options=['load_from=checkpoints/first.pth']),
)
minutes = dict(labels=(1, 1), first=(1, 1), second=(3, 3))
weights = dict(
    small=dict(
        stage='second',
        config='{config}',
        facts=dict(aligner=dict(type='FER2013Aligner', size=32), pipeline=[]),
        calibrated='test',
        tests=['--tta', '--all'],
        card=dict(title='Random images.', data='none', licence='none', intended='tests', unfit='all else'),
    ),
)
"""


@pytest.fixture
def plan(experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / 'plan.py'
    config = tmp_path / 'tiny_zoo.py'
    text = (experiment / 'tiny.py').read_text().replace(str(experiment / 'data'), 'data/faces')
    # in channels-last layout, on CPUs with AVX2 alone, torch 2.14 damages memory in strided 1 x 1 convolutions of fewer than 8 channels
    config.write_text(text.replace('base_channels=4', 'base_channels=8').replace('in_channels=32', 'in_channels=64'))
    (tmp_path / 'there').mkdir()
    (tmp_path / 'there' / 'faces').symlink_to(experiment / 'data')
    path.write_text(PLAN.format(config=config))
    return path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands run in this process."""
    noted: list[list[str]] = []

    def here(command: Sequence[str], log: Path, jobs: int = 1, show: Any = None, cwd: Path | None = None) -> int:
        assert command[:3] == [sys.executable, '-m', 'ofer']
        words = list(command[3:])
        noted.append(words)
        log.parent.mkdir(parents=True, exist_ok=True)
        if words[:2] == ['prepare', 'labels']:
            Path(words[3]).parent.mkdir(parents=True, exist_ok=True)
            Path(words[3]).write_text('labels')
            return 0
        try:
            args = parse(words)
            args.main(args)
        except Exception as error:
            log.write_text(f'{error}\n')
            return 1
        return 0

    monkeypatch.setattr('ofer.engine.stage_runs.run_logged', here)
    monkeypatch.setattr('ofer.engine.zoo.run_logged', here)
    return noted


def zoo(command: Callable, *more: str) -> None:
    command('zoo', 'train', *more, '--data', 'there', '--out', 'out', '--plan', 'plan.py')


def test_trains_tests_and_packages_within_a_budget(command: Callable, plan: Path, ran: list, capsys: pytest.CaptureFixture) -> None:
    Path('there/train').mkdir()
    zoo(command, 'all', '--budget', '100s', '--no-speed', '--seed', '3')
    card = read_card(Path('out/weights/small.json'))
    state, meta = read_weights('out/weights/small.safetensors')
    assert card['title'] == 'Random images.'
    assert card['seed'] == meta['seed'] == 3
    assert card['classes'] == meta['classes'] == ['a', 'b', 'c']
    assert card['parameters'] == sum(value.numel() for value in state.values() if value.is_floating_point())
    assert {'clean', 'train', 'blocks_30'} <= set(card['measured'])
    clean = card['measured']['clean']
    assert 0 <= clean['accuracy_low'] <= clean['accuracy'] <= clean['accuracy_high'] <= 100
    assert meta['temperature'] == card['temperature'] > 0
    assert Path('out/data/labels.txt').read_text() == 'labels'
    report = Path('out/report.md').read_text()
    assert 'of 2 epochs' in report
    assert [words[0] for words in ran] == ['prepare', 'train', 'train', 'test', 'calibrate', 'test']
    assert [words[words.index('--seed') + 1] for words in ran if words[0] == 'train'] == ['5', '3']  # added to those of the configs
    assert all('--large-gpu' in words and '--time' in words for words in ran if words[0] == 'train')
    zoo(command, 'all', '--budget', '100s', '--no-speed')
    assert len(ran) == 6  # nothing is repeated


def test_what_would_be_done_and_what_is_missing(command: Callable, plan: Path, ran: list, capsys: pytest.CaptureFixture) -> None:
    zoo(command, 'small', '--dry-run')
    said = capsys.readouterr().out
    assert 'train tiny_zoo' in said
    assert 'labels' not in said  # which these weights do not need
    assert 'one after another              4 min' in said
    assert not ran
    with pytest.raises(ValueError, match="'smal' is none of the weights: all, small, labels"):
        zoo(command, 'smal')
    with pytest.raises(UsageError, match='labels lacks there/train'):
        zoo(command, 'all')


def test_the_plan_of_the_package_is_found_from_any_folder(command: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match='mae lacks there/fer2013'):
        command('zoo', 'train', 'deoccluder', '--data', 'there', '--out', 'out', '--dry-run')


def test_needs_and_deadlines(plan: Path) -> None:
    found = read_zoo(plan, Path('there'), Path('out'))
    assert needed_stages(found, ['second']) == ['first', 'second']
    assert found.stages['labels'].command == ('prepare', 'labels', 'there/train', 'out/data/labels.txt')
    minutes = {name: both[1] for name, both in found.minutes.items()}
    assert deadlines(found.stages, minutes, list(found.stages), 10.0, 110.0) == {'labels': 110.0, 'first': 35.0, 'second': 110.0}
    chain = {name: SimpleNamespace(needs=needs) for name, needs in dict(a=(), b=(), c=('a', 'b'), d=('c',)).items()}
    ends = deadlines(chain, dict(a=1, b=6, c=1, d=3), list('abcd'), 0.0, 100.0)
    assert ends['a'] < ends['b'] <= ends['c'] < ends['d'] == 100.0


def test_a_card_of_other_weights(tmp_path: Path) -> None:
    (tmp_path / 'a.json').write_text(json.dumps({'sha256': '0' * 64}))
    with pytest.raises(FileNotFoundError, match=r'a\.safetensors: no such weights'):
        read_card(tmp_path / 'a.json')
    (tmp_path / 'a.safetensors').write_bytes(b'x')
    with pytest.raises(ValueError, match='the card of other weights'):
        read_card(tmp_path / 'a.json')


def test_a_library_plan_is_read(tmp_path: Path) -> None:
    """The stages of each of the weights, in the plan that comes with the package."""
    found = read_zoo(Path('configs/zoo/plan_zoo.py'), tmp_path, tmp_path / 'out')
    teachers = ['teacher_0', 'teacher_1', 'teacher_2']
    assert needed_stages(found, ['orsanet']) == ['landmark_labels', *teachers, 'landmarks', 'parser', 'orsanet']
    assert needed_stages(found, ['recogniser']) == [*teachers, 'recogniser']
    assert [found.stages[name].config.randomness.seed for name in teachers] == [0, 1, 2]
    assert needed_stages(found, ['deoccluder']) == ['mae', 'svdd', 'inpainter', 'fer']
    assert needed_stages(found, ['face_detector']) == ['boxes_train', 'boxes_val', 'boxes_portraits', 'face_detector']
    assert needed_stages(found, ['all']) == list(found.stages)
    for stage in found.stages.values():
        if stage.command:
            assert callable(parse(stage.command).main)
