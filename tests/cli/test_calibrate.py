import json

import cv2
import numpy as np
import pytest
import torch

from ofer.compat import load_checkpoint
from ofer.datasets import SyntheticFaces
from ofer.weights import read_weights, shipped_file


@pytest.fixture
def files(tmp_path):
    """A checkpoint, and predictions that are surer than right: 0.95 where 3 of 4 are right."""
    torch.save({'meta': {'epoch': 3}, 'state_dict': {'w': torch.ones(2)}, 'optimizer': {'lr': 0.1}}, tmp_path / 'epoch_3.pth')
    predictions = [{'img_path': f'{i}.png', 'gt_label': int(i % 4 == 0), 'pred_label': 0, 'pred_score': [0.95, 0.05]} for i in range(40)]
    (tmp_path / 'val.json').write_text(json.dumps({'sets': {'test': predictions}}))
    (tmp_path / 'two.json').write_text(json.dumps({'sets': {'clean': predictions, 'blocks': predictions}}))
    return tmp_path


def test_the_temperature_goes_to_the_weights(command, files, capsys):
    command('calibrate', files / 'epoch_3.pth', files / 'val.json', '--out', files / 'new' / 'weights.pth')
    written = load_checkpoint(files / 'new' / 'weights.pth')
    assert sorted(written) == ['meta', 'state_dict']
    assert written['meta']['epoch'] == 3
    # 0.75 is what is right: log(19) / T = log(3)
    assert written['meta']['temperature'] == pytest.approx(np.log(19) / np.log(3), rel=1e-3)
    torch.testing.assert_close(written['state_dict']['w'], torch.ones(2))
    assert 'calibration error 20.00 %' in capsys.readouterr().out


def test_the_set_is_chosen_where_there_are_several(command, status, files, capsys):
    assert status('calibrate', files / 'epoch_3.pth', files / 'two.json', '--out', files / 'w.pth') != 0
    assert 'clean, blocks: choose one with --set' in capsys.readouterr().err
    command('calibrate', files / 'epoch_3.pth', files / 'two.json', '--set', 'blocks', '--out', files / 'w.pth')
    assert (files / 'w.pth').is_file()


def test_a_missing_file_is_named(status, files, capsys):
    assert status('calibrate', files / 'epoch_3.pth', files / 'none.json', '--out', files / 'w.pth') != 0
    assert 'none.json: no such file' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        ('{"sets": {"test": {"measures": {"accuracy": 75.0}}}}', "holds no predictions of 'test'. Give what ofer test wrote with --dump"),
        ('{"sets": {"test": [', 'no JSON'),
        ('{"sets": {"test": [{"img_path": "a", "gt_label": 0, "pred_label": 0}]}}', 'pred_score=None: expected probabilities'),
        (
            '{"sets": {"test": [{"img_path": "a", "gt_label": 2, "pred_label": 0, "pred_score": [1, 0]}]}}',
            '2 probabilities are not one a class',
        ),
    ],
)
def test_what_is_no_predictions_is_named(status, files, capsys, content, words):
    (files / 'metrics.json').write_text(content)
    assert status('calibrate', files / 'epoch_3.pth', files / 'metrics.json', '--out', files / 'w.pth') != 0
    error = capsys.readouterr().err
    assert 'metrics.json: ' in error
    assert words in error


@pytest.mark.parametrize('name', ['epoch_3.pth', 'link.pth', 'val.json'])
def test_no_file_that_is_read_is_replaced(status, files, capsys, name):
    (files / 'link.pth').symlink_to(files / 'epoch_3.pth')
    before = (files / name).read_bytes()
    assert status('calibrate', files / 'epoch_3.pth', files / 'val.json', '--out', files / name) != 0
    assert f'{name}: is a file that is read' in capsys.readouterr().err
    assert (files / name).read_bytes() == before


def test_nothing_to_fit(status, files, capsys):
    assert status('calibrate', files / 'epoch_3.pth', '--out', files / 'w.pth') != 0
    assert 'nothing to fit' in capsys.readouterr().err
    assert status('calibrate', files / 'epoch_3.pth', '--faces', files, '--out', files / 'w.pth') != 0
    assert '--faces and --occluders belong together' in capsys.readouterr().err


def test_thresholds_of_occlusion_go_to_the_weights(command, files, capsys):
    """On drawn faces, through the whole command, from one .safetensors file to another."""
    occluders, faces = files / 'occluders' / 'mask', files / 'faces'
    occluders.mkdir(parents=True)
    faces.mkdir()
    cv2.imwrite(str(occluders / 'a.png'), np.full((20, 30, 4), 255, np.uint8))
    drawn = SyntheticFaces(length=100, size=48)
    for index in range(100):
        cv2.imwrite(str(faces / f'{index}.png'), drawn.draw(index)['img'])
    source = shipped_file('recogniser')
    options = ['--faces', faces, '--occluders', files / 'occluders', '--number', '100']
    command('calibrate', source, *options, '--out', files / 'new.safetensors')
    state, meta = read_weights(files / 'new.safetensors')
    assert 0 < meta['occlusion_thresholds']['lower_face'] <= 1
    before, old = read_weights(source)
    assert meta['temperature'] == old['temperature']
    assert all(torch.equal(state[name], value) for name, value in before.items())
    out = capsys.readouterr().out
    assert '| lower_face |' in out
    assert 'new.safetensors: weights with occlusion_thresholds' in out


def test_both_files_are_of_one_kind(status, files, capsys):
    assert status('calibrate', files / 'epoch_3.pth', files / 'val.json', '--out', files / 'w.safetensors') != 0
    assert 'give both files the same suffix' in capsys.readouterr().err
