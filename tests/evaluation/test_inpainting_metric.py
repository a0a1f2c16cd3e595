"""PSNR and SSIM of repainted faces."""

import math

import pytest
import torch

from ofer.evaluation.inpainting_metric import image_similarity
from ofer.registry import METRICS
from ofer.structures import FaceSample


def test_by_hand() -> None:
    truth = torch.full((3, 16, 16), 0.5)
    hole = torch.zeros(16, 16, dtype=torch.bool)
    hole[:4, :4] = True  # a 16th of the image
    painted = truth.clone()
    painted[:, hole] += 0.1
    out = image_similarity(painted, truth, hole)
    assert out['psnr_hole'] == pytest.approx(20, abs=1e-3)  # mean square 0.01
    assert out['psnr'] == pytest.approx(20 + 10 * math.log10(16), abs=1e-3)
    assert out['ssim_hole'] < out['ssim'] < 1
    same = image_similarity(truth, truth, hole)
    assert same['ssim'] == pytest.approx(1)
    assert same['ssim_hole'] == pytest.approx(1)
    assert same['psnr'] == same['psnr_hole'] == 100  # and not infinite, as the mean would be too


def test_ssim_of_two_plain_images_is_that_of_their_means() -> None:
    # without structure (2 a b + C1) / (a^2 + b^2 + C1) is left, C1 = (0.01 * 1)^2
    out = image_similarity(torch.full((3, 16, 16), 0.6), torch.full((3, 16, 16), 0.5), torch.ones(16, 16, dtype=torch.bool))
    expected = (2 * 0.6 * 0.5 + 1e-4) / (0.6**2 + 0.5**2 + 1e-4)
    assert out['ssim'] == pytest.approx(expected, abs=1e-4)
    assert out['ssim_hole'] == pytest.approx(expected, abs=1e-4)


def test_metric_takes_the_input_for_the_truth_unless_there_is_another() -> None:
    metric = METRICS.build(dict(type='InpaintingMetric'))
    image, hole = torch.full((3, 16, 16), 100, dtype=torch.uint8), torch.ones(16, 16, dtype=torch.bool)
    painted = torch.full((3, 16, 16), 100 / 255) + 0.1
    samples = [
        FaceSample(pred_image=painted, hole=hole),
        FaceSample(pred_image=painted, hole=hole, gt_image=image + 51),  # 0.2 above the input, so 0.1 above the painted one
        FaceSample(pred_image=painted, hole=torch.zeros_like(hole)),
    ]
    metric.process(dict(inputs=[image] * 3), [sample.to_dict() for sample in samples])
    out = metric.evaluate(3)
    assert out['psnr_hole'] == pytest.approx(20, abs=1e-3)
    assert out['n'] == 2


def test_every_image_has_a_result_in_its_place() -> None:
    """So that what a sampler adds at the end, to give each process as many images, is cut off and no image counts twice."""
    metric = METRICS.build(dict(type='InpaintingMetric'))
    image, hole = torch.full((3, 16, 16), 100, dtype=torch.uint8), torch.ones(16, 16, dtype=torch.bool)
    near, far = (torch.full((3, 16, 16), 100 / 255) + error for error in (0.01, 0.1))
    samples = [
        FaceSample(pred_image=far, hole=torch.zeros_like(hole)),
        FaceSample(pred_image=near, hole=hole),
        FaceSample(pred_image=far, hole=hole),  # the sampler's
    ]
    metric.process(dict(inputs=[image] * 3), [sample.to_dict() for sample in samples])
    out = metric.evaluate(2)
    assert out['psnr_hole'] == pytest.approx(40, abs=1e-2)
    assert out['n'] == 1


def test_a_prediction_that_is_not_finite_is_not_left_out() -> None:
    metric = METRICS.build(dict(type='InpaintingMetric'))
    image, hole = torch.zeros(3, 16, 16, dtype=torch.uint8), torch.ones(16, 16, dtype=torch.bool)
    metric.process(dict(inputs=[image]), [dict(pred_image=torch.full((3, 16, 16), math.nan), hole=hole)])
    out = metric.evaluate(1)
    assert math.isnan(out['psnr'])
    assert out['n'] == 1


def test_a_sample_without_a_hole_is_named() -> None:
    image = torch.zeros(3, 16, 16, dtype=torch.uint8)
    with pytest.raises(ValueError, match='a transform that makes holes'):
        METRICS.build(dict(type='InpaintingMetric')).process(dict(inputs=[image]), [dict(pred_image=image / 255)])


def test_no_image_with_a_hole() -> None:
    metric = METRICS.build(dict(type='InpaintingMetric'))
    for results in ([], [{}, {}]):
        assert metric.compute_metrics(results)['n'] == 0
        assert math.isnan(metric.compute_metrics(results)['psnr'])


def test_the_direct_output_stands_beside_the_composite() -> None:
    metric = METRICS.build(dict(type='InpaintingMetric'))
    image = torch.full((3, 16, 16), 100, dtype=torch.uint8)
    hole = torch.zeros(16, 16, dtype=torch.bool)
    hole[:4, :4] = True
    composite = (image / 255).masked_fill(hole, 100 / 255 + 0.1)
    direct = torch.full((3, 16, 16), 100 / 255 + 0.1)  # as wrong everywhere as the composite is in the hole
    metric.process(dict(inputs=[image]), [FaceSample(pred_image=composite, direct_image=direct, hole=hole).to_dict()])
    out = metric.evaluate(1)
    assert out['psnr_direct'] == pytest.approx(20, abs=1e-3)
    assert out['psnr_hole'] == pytest.approx(20, abs=1e-3)
    assert out['psnr'] == pytest.approx(20 + 10 * math.log10(16), abs=1e-3)
    assert out['ssim_direct'] == pytest.approx(image_similarity(direct, image / 255, hole)['ssim'])
    assert out['ssim'] == pytest.approx(image_similarity(composite, image / 255, hole)['ssim'])
