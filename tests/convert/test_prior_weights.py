"""Published priors through converter and get_model."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import ofer
from ofer.models import MobileFaceNet

ROOT = Path(__file__).resolve().parents[2]


def convert(kind: str, source: Path, target: Path) -> None:
    subprocess.run([sys.executable, '-m', 'ofer', 'convert', kind, str(source), str(target)], check=True)


def test_real_landmark_network(shared, tmp_path):
    target = tmp_path / 'mobilefacenet.pth'
    convert('mobilefacenet', shared / 'weights/mobilefacenet_68.pth', target)
    model = ofer.get_model('mobilefacenet_synthetic', weights=target)
    network = MobileFaceNet().eval()
    network.load_state_dict(torch.load(shared / 'weights/mobilefacenet_68.pth', weights_only=True)['state_dict'], strict=False)
    x = torch.rand(2, 3, 112, 112)
    torch.testing.assert_close(model(x), network(x))
    assert model(x).shape == (2, 68, 2)


def test_a_file_of_another_network_is_refused(tmp_path):
    torch.save({'state_dict': {'conv.weight': torch.zeros(1)}}, tmp_path / 'other.pth')
    with pytest.raises(ValueError, match='missing'):
        ofer.get_model('mobilefacenet_synthetic', weights=tmp_path / 'other.pth')
