import pytest
import torch

from ofer.masks import covered_share
from ofer.registry import MODELS
from ofer.structures import FaceSample


def head(**options) -> torch.nn.Module:
    return MODELS.build(dict(type='OcclusionMapHead', in_channels=(4, 8), grid=6, channels=16, **options))


def samples(masks: torch.Tensor) -> list[FaceSample]:
    return [FaceSample(gt_occlusion=mask) for mask in masks]


def test_maps_of_any_size_come_to_the_grid():
    maps = (torch.randn(2, 5, 24, 24), torch.randn(2, 4, 12, 12), torch.randn(2, 8, 6, 6))  # the first is not used
    assert head()(maps).shape == (2, 6, 6)


def test_predictions_are_shares_and_flags():
    found = samples(torch.zeros(2, 12, 12, dtype=torch.bool))
    net = head(threshold=0.3).eval()
    maps = (torch.randn(2, 4, 12, 12), torch.randn(2, 8, 6, 6))
    net.predict(maps, found)
    score = found[1].occlusion_score
    assert score.shape == (6, 6)
    torch.testing.assert_close(score, net(maps)[1].sigmoid())
    assert torch.equal(found[1].pred_occlusion, score > 0.3)


def test_it_learns_what_is_covered():
    torch.manual_seed(0)
    masks = torch.zeros(16, 12, 12, dtype=torch.bool)
    for i, mask in enumerate(masks):
        mask[(i % 3) * 4 : (i % 3) * 4 + 4] = True
    maps = (masks[:, None].float().expand(-1, 4, -1, -1), torch.randn(16, 8, 6, 6))
    net = head()
    optimizer = torch.optim.Adam(net.parameters(), 0.02)
    for _ in range(60):
        optimizer.zero_grad()
        net.loss(maps, samples(masks))['loss_occlusion'].backward()
        optimizer.step()
    net.eval()
    assert float(((net(maps) > 0) == (covered_share(masks, 6, 6) > 0.5)).float().mean()) > 0.95


def test_the_loss_is_the_weighted_cross_entropy():
    net = head(loss_weight=2.0).eval()
    masks = torch.rand(2, 12, 12) > 0.5
    maps = (torch.randn(2, 4, 12, 12), torch.randn(2, 8, 6, 6))
    p, t = net(maps).sigmoid(), covered_share(masks, 6, 6)
    expected = -2 * (t * p.log() + (1 - t) * (1 - p).log()).mean()
    torch.testing.assert_close(net.loss(maps, samples(masks))['loss_occlusion'], expected)


def test_too_few_maps_are_named():
    with pytest.raises(ValueError, match='out_stages'):
        head()((torch.randn(1, 8, 6, 6),))


def test_samples_without_occlusion_are_refused():
    with pytest.raises(ValueError, match='gt_occlusion'):
        head().loss([torch.zeros(1, 4, 3, 3), torch.zeros(1, 8, 3, 3)], [FaceSample()])
