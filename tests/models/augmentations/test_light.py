import pytest
import torch

from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def test_contrast_keeps_the_mean_and_brightness_moves_it():
    images = torch.rand(4, 3, 8, 8) * 50 + 100
    plain = FaceBatch(images, torch.zeros(4, 1, 8, 8))
    contrast = MODELS.build(dict(type='BatchLight', brightness=0.0, contrast=(2.0, 2.0)))(plain).images
    middle = images.mean((1, 2, 3), keepdim=True)
    torch.testing.assert_close(contrast - middle, 2 * (images - middle))
    torch.manual_seed(0)
    bright = MODELS.build(dict(type='BatchLight', brightness=0.1, contrast=(1.0, 1.0)))(plain).images - images
    offsets = bright.flatten(1)
    torch.testing.assert_close(offsets, offsets[:, :1].expand_as(offsets))
    assert 0 < float(offsets.abs().max()) <= 25.5
    assert len(offsets[:, 0].unique()) == 4


def test_values_stay_in_range_and_the_blur_takes_means():
    images = torch.zeros(2, 1, 5, 5)
    images[..., 2, 2] = 255
    blurred = MODELS.build(dict(type='BatchLight', brightness=0.0, contrast=(1.0, 1.0), blur=1.0))(
        FaceBatch(images, torch.zeros(2, 1, 5, 5))
    ).images
    assert float(blurred[0, 0, 2, 2]) == pytest.approx(255 / 9)
    strong = MODELS.build(dict(type='BatchLight', brightness=1.0, contrast=(3.0, 3.0)))(FaceBatch(images, torch.zeros(2, 1, 5, 5))).images
    assert 0 <= float(strong.min()) <= float(strong.max()) <= 255
