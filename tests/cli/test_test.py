import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import mmengine
import pytest
import torch
from mmengine.runner import Runner

from ofer.compat import load_checkpoint
from ofer.engine import precision, runner
from ofer.engine.testing.results import write_results


def test_all_test_sets_with_every_output(command: Callable, experiment: Path, trained: Path, capsys: pytest.CaptureFixture) -> None:
    out = experiment / 'out'
    weights = str(trained / 'epoch_2.pth')
    options = ['--work-dir', str(out), '--all', '--tta', '--out', str(out / 'all.json')]
    options += ['--dump', str(out / 'all.pkl'), '--show-dir', str(out / 'show')]
    # Training's data need not be there.
    options += ['--cfg-options', 'train_dataloader.dataset.data_root=/nowhere']
    command('test', str(experiment / 'tiny.py'), weights, *options)
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
def test_measures_are_written_whole_or_not_at_all(command: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = tmp_path / 'new' / name
    write_results(path, {'accuracy': 50.0})
    assert mmengine.load(path) == {'accuracy': 50.0}

    def stopped(descriptor: int) -> None:
        raise OSError('stopped')

    monkeypatch.setattr(os, 'fsync', stopped)
    with pytest.raises(OSError, match='stopped'):
        write_results(path, {'accuracy': 60.0})
    assert mmengine.load(path) == {'accuracy': 50.0}
    assert [file.name for file in path.parent.iterdir()] == [name]


@pytest.mark.parametrize('native', [True, False])
def test_the_precision_that_was_used_is_written(
    command: Callable, experiment: Path, trained: Path, native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    monkeypatch.setattr(runner, 'get_device', lambda: 'cpu')
    out = experiment / 'amp.json'
    options = ['--work-dir', str(experiment / 'amp'), '--amp', '--out', str(out)]
    command('test', str(experiment / 'tiny.py'), str(trained / 'epoch_2.pth'), *options)
    assert json.loads(out.read_text())['amp'] == native


def test_a_set_that_is_missing_is_refused_before_the_first_is_computed(
    command: Callable, experiment: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (experiment / 'missing.py').write_text("_base_ = 'tiny.py'\ntest_sets = dict(clean=dict(), gone=dict(data_root='/nowhere'))")
    monkeypatch.setattr(Runner, 'test', lambda runner: pytest.fail('computed'))
    arguments = [str(experiment / 'missing.py'), str(trained / 'epoch_2.pth'), '--work-dir', str(experiment / 'missing')]
    with pytest.raises(FileNotFoundError, match='/nowhere: no such folder'):
        command('test', *arguments, '--sets', 'clean', 'gone')


def test_averaging_over_flips_is_the_mean_of_both(command: Callable, experiment: Path, trained: Path) -> None:
    (experiment / 'flipped.py').write_text(
        "_base_ = 'tiny.py'\ntest_sets = dict(_delete_=True, plain=dict(), flipped=dict(before_packing=[dict(type='FlipFace', prob=1.0)]))"
    )
    scores = {}
    for config, flag in (('flipped', '--all'), ('tiny', '--tta')):
        dump = experiment / f'{config}.json'
        arguments = [str(experiment / f'{config}.py'), str(trained / 'epoch_2.pth'), '--work-dir', str(experiment / 'tta'), flag]
        command('test', *arguments, '--dump', str(dump))
        for name, samples in json.loads(dump.read_text())['sets'].items():
            scores[name] = torch.tensor([sample['pred_score'] for sample in samples])
    torch.testing.assert_close(scores['test'], (scores['plain'] + scores['flipped']) / 2)
    assert not torch.allclose(scores['plain'], scores['flipped'])


def test_classes_are_joined_by_name(
    command: Callable, experiment: Path, trained: Path, fails: Callable, capsys: pytest.CaptureFixture
) -> None:
    config = experiment / 'classes.py'
    config.write_text(
        "_base_ = 'tiny.py'\ntest_sets = dict(clean=dict(), turned=dict(classes=('c', 'b', 'a')), "
        "two=dict(classes=('c', 'a'), mapping=dict(b=None)), other=dict(classes=('a', 'b', 'c', 'd')))"
    )
    arguments = [str(config), str(trained / 'epoch_2.pth'), '--work-dir', str(experiment / 'classes'), '--sets']

    def reports(*options: str) -> dict:
        out = experiment / 'classes.json'
        command('test', *arguments, 'clean', 'turned', 'two', '--dump', str(out), *options)
        return json.loads(out.read_text())['sets']

    sets = reports()
    assert sets['turned'] == sets['clean']
    kept = [sample for sample in sets['clean'] if sample['gt_label'] != 1]
    for found, expected in zip(sets['two'], kept, strict=True):  # in other batches, which round differently on some CPUs
        assert found['pred_score'] == pytest.approx(expected['pred_score'], abs=1e-5)
        assert {**found, 'pred_score': None} == {**expected, 'pred_score': None}
    assert 'note: two has no b; such predictions count as wrong' in capsys.readouterr().err
    sets = reports('--cfg-options', 'test_evaluator.absent=excluded')
    assert {sample['pred_label'] for sample in sets['two']} <= {0, 2}
    assert {sample['pred_score'][1] for sample in sets['two']} == {0}

    message = fails(lambda: command('test', *arguments, 'other'))
    assert 'the test set has the classes a, b, c, d, and the model was trained on a, b, c: it cannot answer d' in message
    message = fails(lambda: command('test', *arguments, 'cleam'))
    assert '--sets cleam: ' in message
    assert 'names the test sets clean, train, blocks_30, turned, two, other' in message
    options = ['--cfg-options', 'test_evaluator.type=Accuracy']
    message = fails(lambda: command('test', *arguments, 'turned', *options))
    assert 'Only FERMetric joins them by name, so test_evaluator cannot have Accuracy' in message


@pytest.mark.parametrize('stated', [True, False])
def test_weights_without_classes_are_tested_with_one_warning(
    stated: bool, command: Callable, experiment: Path, trained: Path, capsys: pytest.CaptureFixture
) -> None:
    content = load_checkpoint(trained / 'epoch_2.pth')
    path = experiment / 'unnamed.pth'
    torch.save({'state_dict': content['state_dict'], 'meta': {'dataset_meta': content['meta']['dataset_meta']} if stated else {}}, path)
    command('test', str(experiment / 'tiny.py'), str(path), '--all', '--work-dir', str(experiment / 'unnamed'))
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith('warning: ')]
    assert len(warnings) == (0 if stated else 1)
    assert stated or 'unnamed.pth does not state its classes; its outputs are taken to be a, b, c, in this order' in warnings[0]


def test_weights_of_another_model_are_refused(command: Callable, experiment: Path, trained: Path, fails: Callable) -> None:
    options = ['--work-dir', str(experiment / 'other'), '--cfg-options', 'model.head.in_channels=64']
    arguments = ['test', str(experiment / 'tiny.py'), str(trained / 'epoch_2.pth'), *options]
    message = fails(lambda: command(*arguments))
    assert ' does not fit ImageClassifier:\n  1 of another shape: head.fc.weight (3, 32) instead of (3, 64)\n' in message


def test_one_message_for_missing_weights(command: Callable, experiment: Path, fails: Callable) -> None:
    args = ['test', str(experiment / 'tiny.py'), 'gone.pth', '--work-dir', str(experiment / 'failing')]
    assert 'gone.pth: no such checkpoint' in fails(lambda: command(*args))


def test_a_model_of_stages_reads_their_files(
    command: Callable, experiment: Path, trained: Path, fails: Callable, capsys: pytest.CaptureFixture
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
    command('test', str(experiment / 'tiny.py'), str(trained / 'epoch_2.pth'), '--dump', str(whole))
    arguments = [str(experiment / 'staged.py'), '--work-dir', str(experiment / 'staged')]
    command('test', *arguments, '--dump', str(staged))
    assert 'does not state its classes' not in capsys.readouterr().err
    for one, other in zip(*(json.loads(file.read_text())['sets']['test'] for file in (whole, staged)), strict=True):
        assert one['pred_score'] == pytest.approx(other['pred_score'], abs=1e-5)
    gone = ['test', *arguments, '--cfg-options', 'model.classifier.checkpoint=gone.pth']
    assert "gone.pth: the weights of ImageClassifier are missing. Train the stage 'classifier' first" in fails(lambda: command(*gone))
    plain = ['test', str(experiment / 'tiny.py'), '--work-dir', str(experiment / 'staged')]
    assert 'ImageClassifier has no stages with checkpoints of their own: give a checkpoint' in fails(lambda: command(*plain))
