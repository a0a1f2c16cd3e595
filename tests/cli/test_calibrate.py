import json

import numpy as np
import pytest
import torch

from ofer.compat import load_checkpoint


@pytest.fixture
def files(tmp_path):
    """A checkpoint, and predictions that are surer than right: 0.95 where 3 of 4 are right."""
    torch.save({'meta': {'epoch': 3}, 'state_dict': {'w': torch.ones(2)}, 'optimizer': {'lr': 0.1}}, tmp_path / 'epoch_3.pth')
    predictions = [{'gt_label': int(i % 4 == 0), 'pred_label': 0, 'pred_score': [0.95, 0.05]} for i in range(40)]
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
