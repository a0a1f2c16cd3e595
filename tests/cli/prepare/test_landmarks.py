import cv2
import numpy as np
import pytest
import torch

from ofer.engine import precision
from ofer.models import MobileFaceNet


@pytest.fixture
def config(tmp_path):
    for split in ('train', 'val'):
        for name in ('angry', 'happy'):
            folder = tmp_path / 'data' / split / name
            folder.mkdir(parents=True)
            cv2.imwrite(str(folder / f'{split}.png'), np.full((48, 48), 100, np.uint8))
    path = tmp_path / 'config.py'
    loaders = (
        f"{s}_dataloader = dict(dataset=dict(type='FER2013', data_root={str(tmp_path / 'data')!r}, split={s!r}))" for s in ('train', 'val')
    )
    path.write_text('\n'.join(loaders))
    torch.save({'state_dict': MobileFaceNet().state_dict()}, tmp_path / 'weights.pth')
    return path


def test_writes_one_row_an_image(config, tmp_path, command):
    command('prepare', 'landmarks', config, tmp_path / 'weights.pth', tmp_path / 'out.npz', '--batch-size', 3)
    with np.load(tmp_path / 'out.npz') as content:
        assert sorted(content['names']) == ['train/angry/train.png', 'train/happy/train.png', 'val/angry/val.png', 'val/happy/val.png']
        assert content['landmarks'].shape == (4, 68, 2)


@pytest.mark.parametrize('native', [True, False])
def test_bfloat16_where_the_cpu_has_it(config, tmp_path, command, native, monkeypatch):
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    found = []
    for options in ([], ['--amp']):
        command('prepare', 'landmarks', config, tmp_path / 'weights.pth', tmp_path / 'out.npz', *options)
        with np.load(tmp_path / 'out.npz') as content:
            found.append(content['landmarks'])
    assert np.array_equal(*found) != native
    np.testing.assert_allclose(*found, atol=0.05)


def test_missing_weights_end_with_the_remedy(config, tmp_path, command):
    with pytest.raises(FileNotFoundError, match=r'none.pth.*ofer convert mobilefacenet'):
        command('prepare', 'landmarks', config, tmp_path / 'none.pth', tmp_path / 'out.npz')
