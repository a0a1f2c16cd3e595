"""The input format of frozen networks."""

import pytest
import torch
from torch.nn import functional as F

from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD, InputFormat
from ofer.registry import MODELS


def test_channel_order() -> None:
    red = torch.zeros(1, 3, 4, 4)
    red[:, 0] = 1
    assert InputFormat(4).convert(red)[0, :, 0, 0].tolist() == [1, 0, 0]
    assert InputFormat(4, channel_order='bgr').convert(red)[0, :, 0, 0].tolist() == [0, 0, 1]


def test_mean_and_std_are_in_the_channel_order() -> None:
    # B - 0.1 = 0.5 and halved: 0.25; G 0.4 - 0.2 = 0.2, by 1; R 0.2 - 0.3 = -0.1, by 4
    pixels = torch.tensor([0.2, 0.4, 0.6]).view(1, 3, 1, 1)
    out = InputFormat(1, mean=(0.1, 0.2, 0.3), std=(2.0, 1.0, 4.0), channel_order='bgr').convert(pixels)
    assert out.flatten().tolist() == pytest.approx([0.25, 0.2, -0.025])


def test_nearest_takes_the_upper_left_pixel_and_bilinear_the_mean() -> None:
    pixels = torch.rand(2, 3, 8, 8)
    assert torch.equal(InputFormat(4, interpolation='nearest').convert(pixels), pixels[:, :, ::2, ::2])
    flat = torch.full((1, 3, 9, 9), 0.3)
    assert torch.allclose(InputFormat(4).convert(flat), torch.full((1, 3, 4, 4), 0.3))


def test_undoing_the_models_normalisation_and_applying_the_priors_gives_back_the_image() -> None:
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    normalised = torch.randn(2, 3, 16, 16) * 3  # far outside of what an image holds: nothing may be clamped
    out = InputFormat(8, IMAGENET_MEAN, IMAGENET_STD, interpolation='nearest').convert(normalised * std + mean)
    assert torch.allclose(out, F.interpolate(normalised, size=8), atol=1e-5)


@pytest.mark.parametrize(
    'bad',
    [
        dict(size=0),
        dict(size=8, std=(1.0, 0.0, 1.0)),
        dict(size=8, mean=(0.0,)),
        dict(size=8, channel_order='rbg'),
        dict(size=8, interpolation='cubic'),
    ],
)
def test_bad_values_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match='input format'):
        InputFormat(**bad)


def test_grey_images_are_refused() -> None:
    with pytest.raises(ValueError, match=r'\(N, 3, H, W\)'):
        InputFormat(8).convert(torch.rand(2, 1, 8, 8))


def test_format_of_a_preprocessor_is_what_the_preprocessor_makes() -> None:
    preprocessor = MODELS.build(dict(type='ClsDataPreprocessor', mean=[10.0, 20.0, 30.0], std=[50.0, 60.0, 70.0], to_rgb=False))
    images = torch.randint(256, (2, 3, 8, 8), dtype=torch.uint8)
    given, own = preprocessor({'inputs': images})['inputs'], InputFormat.of(preprocessor, 'a model')
    torch.testing.assert_close(own.convert(images / 255), given)
    torch.testing.assert_close(own.pixels(given), images / 255)
    assert InputFormat.of(preprocessor, 'a model', 4).convert(images / 255).shape == (2, 3, 4, 4)


def test_a_network_of_bgr_images() -> None:
    config = dict(type='FacePreprocessor', mean=[10.0, 20.0, 30.0], std=[50.0, 60.0, 70.0], channel_order='bgr')
    images = torch.randint(256, (2, 3, 8, 8), dtype=torch.uint8)
    preprocessor = MODELS.build(config)
    given, own = preprocessor({'inputs': images})['inputs'], InputFormat.of(preprocessor, 'a model')
    torch.testing.assert_close(given[:, 0], (images[:, 2] - 10.0) / 50)
    torch.testing.assert_close(own.convert(images / 255), given)
    torch.testing.assert_close(own.pixels(given), images / 255)


def test_pixels_undoes_the_order_of_the_channels() -> None:
    other, pixels = InputFormat(None, (0.1, 0.2, 0.3), (2.0, 1.0, 4.0), 'bgr'), torch.rand(2, 3, 4, 4)
    torch.testing.assert_close(other.pixels(other.convert(pixels)), pixels)


@pytest.mark.parametrize(
    ('options', 'message'), [(dict(), 'no mean and std'), (dict(mean=[1.0] * 3, std=[1.0] * 3, to_rgb=True), 'to_rgb')]
)
def test_preprocessors_that_cannot_be_undone(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=rf'data_preprocessor of X has {message}'):
        InputFormat.of(MODELS.build(dict(type='ClsDataPreprocessor', **options)), 'X')
