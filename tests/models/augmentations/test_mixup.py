import pytest
import torch

from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def batch(number: int = 64) -> FaceBatch:
    values = torch.arange(number).float()
    occlusion = (values % 2).view(-1, 1, 1, 1).expand(-1, 1, 4, 4)
    return FaceBatch(values.view(-1, 1, 1, 1).expand(-1, 1, 4, 4), occlusion, scores=torch.eye(number))


def test_image_label_and_occlusion_are_mixed_with_one_weight():
    torch.manual_seed(0)
    mixed = MODELS.build(dict(type='BatchMixup', alpha=1.0, prob=1.0))(batch())
    values = torch.arange(64).float()
    torch.testing.assert_close(mixed.images[:, 0, 0, 0], mixed.scores @ values)
    torch.testing.assert_close(mixed.occlusion[:, 0, 0, 0], mixed.scores @ (values % 2))
    own = mixed.scores.diagonal()
    assert bool((own >= 0.5).all())
    assert 0.6 < float(own.mean()) < 0.85  # 0.75 for weights that are uniform


def test_the_other_images_are_kept():
    torch.manual_seed(0)
    mixed = MODELS.build(dict(type='BatchMixup', alpha=1.0, prob=0.25))(batch(400))
    assert 0.65 < float((mixed.scores.diagonal() == 1).float().mean()) < 0.85


def test_mistakes_are_said():
    with pytest.raises(ValueError, match='alpha'):
        MODELS.build(dict(type='BatchMixup', alpha=0))
    with pytest.raises(ValueError, match='num_classes'):
        MODELS.build(dict(type='BatchMixup'))(FaceBatch(torch.zeros(2, 1, 4, 4), torch.zeros(2, 1, 4, 4)))
