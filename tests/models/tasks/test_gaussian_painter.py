"""The normal distribution of faces, and the holes that it paints."""

import numpy as np
import pytest
import torch

from ofer.models import GaussianPainter, conditional_mean
from ofer.registry import MODELS
from ofer.structures import FaceSample

NORMALISED = dict(type='ClsDataPreprocessor', mean=[120, 120, 120], std=[60, 60, 60], to_rgb=False)


def draw(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def faces(n: int, side: int = 8, seed: int = 0) -> torch.Tensor:
    """Grey images of four factors, which any half of an image determines; normalised."""
    factors = torch.randn(4, side * side, generator=draw(7)) * 0.1
    values = torch.randn(n, 4, generator=draw(seed)) @ factors + 0.5
    return (values.view(n, 1, side, side).expand(-1, 3, -1, -1) - 120 / 255) / (60 / 255)


def fitted(noise: float = 1e-5, **changes: object) -> GaussianPainter:
    painter = GaussianPainter(NORMALISED, **{'size': 8, 'channels': 1, 'noise': noise, **changes}).eval()
    for batch in faces(400).split(150):
        painter.observe(batch)
    return painter


def holes(n: int, side: int = 8) -> torch.Tensor:
    hole = torch.zeros(n, side, side).bool()
    hole[:, side // 2 :, : side // 2] = True
    return hole


def test_the_conditional_mean_is_that_of_the_covariance() -> None:
    mixing = torch.randn(6, 6, generator=draw(0), dtype=torch.float64)
    covariance, mean = mixing @ mixing.T + torch.eye(6), torch.arange(6.0, dtype=torch.float64)
    values = torch.randn(4, 6, generator=draw(1), dtype=torch.float64)
    hidden = torch.tensor([[0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], [0, 1, 0, 0, 1, 0], [1, 0, 1, 1, 1, 1]]).bool()
    found = conditional_mean(values, hidden, mean, covariance.inverse())
    for row, inside, given in zip(found, hidden, values, strict=True):
        gain = covariance[inside][:, ~inside] @ covariance[~inside][:, ~inside].inverse()
        expected = given.clone()
        expected[inside] = mean[inside] + gain @ (given - mean)[~inside]
        assert torch.allclose(row, expected)


def test_mean_and_covariance_are_those_of_all_faces() -> None:
    painter = fitted()
    values = faces(400)[:, 0].flatten(1).double().numpy() * 60 / 255 + 120 / 255
    assert float(painter.faces) == 400
    assert np.allclose(painter.mean, values.mean(0), atol=1e-5)
    assert np.allclose(painter.covariance, np.cov(values.T, bias=True), atol=1e-5)


def test_several_processes_have_the_faces_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that see the same faces sum to twice each of them."""
    one, two = GaussianPainter(NORMALISED, size=8, channels=1), GaussianPainter(NORMALISED, size=8, channels=1)
    batches = faces(90).split(30)
    for batch in batches:
        one.observe(torch.cat([batch, batch]))
    monkeypatch.setattr('ofer.models.tasks.gaussian_painter.all_reduce', lambda tensor: tensor.mul_(2))
    for batch in batches:
        two.observe(batch)
    assert float(two.faces) == 180
    for name, value in one.state_dict().items():
        assert torch.allclose(two.state_dict()[name], value, atol=1e-6), name


def test_it_paints_what_the_visible_part_determines_and_reads_no_hidden_pixel() -> None:
    painter, whole, hole = fitted(), faces(5, seed=1), holes(5)
    inside = hole[:, None].expand_as(whole)
    painted = painter.fill(torch.where(inside, torch.full_like(whole, 9.0), whole), hole)
    assert torch.equal(painted[~inside], whole[~inside])
    assert (painted - whole).abs().max() < 0.05 < whole[inside].std() / 5
    assert torch.equal(painter.reconstruct(whole, hole[:, ::4, ::4].flatten(1)), painter.fill(whole, hole))


def test_all_or_nothing_hidden() -> None:
    painter, whole = fitted(), faces(2, seed=1)
    hole = torch.stack([torch.zeros(8, 8), torch.ones(8, 8)]).bool()
    painted = painter.input_format.pixels(painter.fill(whole, hole))
    assert torch.equal(painter.fill(whole, hole)[0], whole[0])
    assert torch.allclose(painted[1, 0].flatten(), painter.mean, atol=1e-5)


@pytest.mark.parametrize('channels', [1, 3])
def test_smaller_than_the_image(channels: int) -> None:
    """The hole does not bleed into what the distribution sees of its neighbourhood."""
    smooth = torch.linspace(-1, 1, 16).expand(3, 16, 16) * torch.randn(300, 1, 1, 1, generator=draw(2))
    painter = GaussianPainter(NORMALISED, size=4, channels=channels, noise=1e-5)
    painter.observe(smooth)
    hole = torch.zeros(10, 16, 16).bool()
    hole[:, 3:11, 6:16] = True
    inside = hole[:, None].expand(-1, 3, -1, -1)
    painted = painter.fill(smooth[:10].masked_fill(inside, 30.0), hole)
    assert (painted - smooth[:10])[inside].abs().mean() < 0.1 * smooth[:10][inside].abs().mean()


def test_as_first_stage_of_the_hybrid() -> None:
    painter, whole, hole = fitted(), faces(2, seed=1), holes(2)
    hybrid = MODELS.build(
        dict(
            type='HybridInpainter',
            generator=None,
            data_preprocessor=NORMALISED,
            coarse=dict(type='GaussianPainter', data_preprocessor=NORMALISED, size=8, channels=1, noise=1e-5),
            patch_size=4,
        )
    )
    hybrid.coarse.load_state_dict(painter.state_dict())
    assert torch.allclose(hybrid.reconstruct(whole, hole), painter.fill(whole, hole), atol=1e-5)
    samples = painter(whole, [FaceSample(hole=hole[0]), FaceSample(hole=hole[1])], mode='predict')
    assert samples[0].pred_image.shape == (3, 8, 8)
    assert 0 <= samples[0].pred_image.min() <= samples[0].pred_image.max() <= 1


def test_what_it_refuses() -> None:
    with pytest.raises(ValueError, match=r'has seen no face.*latent_ofer_gaussian_'):
        GaussianPainter(NORMALISED, size=8).fill(faces(1), holes(1))
    with pytest.raises(ValueError, match='channels=2'):
        GaussianPainter(NORMALISED, channels=2)
    with pytest.raises(ValueError, match='noise=0 must be positive'):
        GaussianPainter(NORMALISED, noise=0)
    with pytest.raises(ValueError, match='mode'):
        fitted()(faces(1), mode='loss')
    with pytest.raises(FileNotFoundError, match='Fit one first'):
        GaussianPainter(NORMALISED, size=8, checkpoint='missing.pth').init_weights()
