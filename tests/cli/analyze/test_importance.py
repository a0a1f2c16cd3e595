from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import ofer
from ofer.datasets.transforms.patch_occlusion import PatchOcclusion
from ofer.engine.processes.launch import UsageError


@pytest.fixture
def weights(experiment: Path, tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / 'weights.pth'
    model = ofer.get_model(experiment / 'tiny.py')
    torch.nn.init.normal_(model.head.fc.weight)
    torch.save({'state_dict': model.state_dict()}, path)
    return path


def test_the_order_is_read_by_patch_occlusion(command: Callable, experiment: Path, weights: Path, tmp_path: Path) -> None:
    out = tmp_path / 'new' / 'order.npz'
    command(
        'analyze', 'importance', experiment / 'tiny.py', weights, '--out', out, '--grid', 4, '--batch-size', 4, '--layer', 'backbone.layer1'
    )
    with np.load(out) as content:
        names, importance = content['names'].tolist(), content['importance']
    assert importance.shape == (9, 4, 4)
    assert (importance >= 0).all()
    assert len(np.unique(importance[5])) > 8
    assert all(name.startswith('test/') for name in names)
    image = np.full((16, 16, 3), 255, np.uint8)
    done = PatchOcclusion(3, grid=4, order_file=str(out)).transform({'img': image, 'img_path': f'/x/{names[5]}', 'sample_idx': 5})
    covered = done['gt_occlusion'][::4, ::4]
    assert covered.sum() == 3
    assert importance[5][covered].min() >= importance[5][~covered].max()


def test_what_cannot_be_explained(command: Callable, experiment: Path, weights: Path, tmp_path: Path) -> None:
    arguments = ['analyze', 'importance', experiment / 'tiny.py', weights, '--out', tmp_path / 'order.npz']
    with pytest.raises(ValueError, match="layer 'body': ImageClassifier has no such module"):
        command(*arguments, '--layer', 'body')
    with pytest.raises(UsageError, match='has clean, train, blocks_30'):
        command(*arguments, '--set', 'other')
