"""Published priors through converter and get_model."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import ofer

ROOT = Path(__file__).resolve().parents[2]


def convert(kind: str, source: Path, target: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / 'tools/convert/published.py'), kind, str(source), str(target)], check=True)


def test_real_landmark_network(shared, tmp_path):
    target = tmp_path / 'mobilefacenet.pth'
    convert('mobilefacenet', shared / 'weights/mobilefacenet_68.pth', target)
    model = ofer.get_model('mobilefacenet_synthetic', weights=target)
    published = torch.load(shared / 'weights/mobilefacenet_68.pth', weights_only=True)['state_dict']
    torch.testing.assert_close(model.network.state_dict()['conv1.conv.weight'], published['conv1.conv.weight'])
    points = model(torch.rand(1, 3, 112, 112))
    assert points.shape == (1, 68, 2)


def test_segface(shared, tmp_path):
    fixtures = shared / 'fixtures'
    make, keys = fixtures / 'make_checkpoint.py', fixtures / 'segface_lapa_swin_base.keys.json'
    subprocess.run([sys.executable, str(make), str(keys), str(tmp_path / 'raw.pth')], check=True)
    convert('segface', tmp_path / 'raw.pth', tmp_path / 'segface.pth')
    model = ofer.get_model('segface_swin_synthetic', weights=tmp_path / 'segface.pth')
    frozen = np.load(fixtures / 'segface_lapa_swin_base.io.npz')
    x = torch.from_numpy(np.random.RandomState(int(frozen['input_seed'])).rand(1, 3, 224, 224).astype(np.float32) * 4 - 2)
    with torch.no_grad():
        maps = model(x, mode='tensor')
    assert np.abs(maps[:, :, ::4, ::4].numpy() - frozen['logits_stride4']).max() < 1e-4


def test_a_file_of_another_network_is_refused(tmp_path):
    torch.save({'state_dict': {'conv.weight': torch.zeros(1)}}, tmp_path / 'other.pth')
    with pytest.raises(ValueError, match='missing'):
        ofer.get_model('mobilefacenet_synthetic', weights=tmp_path / 'other.pth')
