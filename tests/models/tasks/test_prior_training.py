"""Training of the networks behind the priors: LandmarkDetector and FaceParser."""

import pytest
import torch

from ofer.registry import MODELS
from ofer.structures import FaceSample

SIZE = 32
DETECTOR = dict(
    type='LandmarkDetector',
    network=dict(type='MobileFaceNet', input_size=SIZE),
    loss=dict(type='WingLoss'),
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], to_rgb=True),
)
PARSER = dict(
    type='FaceParser',
    network=dict(type='SegFace', encoder='mobilenet_v3_large'),
    loss=dict(type='ParsingLoss'),
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
)
both = pytest.mark.parametrize('config', [DETECTOR, PARSER], ids=['landmarks', 'parsing'])


def batch(size: int = 4) -> dict:
    generator = torch.Generator().manual_seed(0)
    regions = torch.arange(SIZE).div(8, rounding_mode='floor').expand(SIZE, SIZE)
    samples = [FaceSample(gt_landmarks=torch.rand(68, 2, generator=generator), gt_parsing=regions.clone()) for _ in range(size)]
    return dict(inputs=[torch.randint(0, 256, (3, SIZE, SIZE), generator=generator).byte() for _ in samples], data_samples=samples)


@both
def test_learns_a_batch_by_heart(config: dict) -> None:
    torch.manual_seed(0)
    model = MODELS.build(config).train()
    data = model.data_preprocessor(batch(), training=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(12):
        loss = model(**data, mode='loss')['loss']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]


def test_what_prediction_adds() -> None:
    for config, field, shape in ((DETECTOR, 'pred_landmarks', (68, 2)), (PARSER, 'pred_parsing', (SIZE, SIZE))):
        model = MODELS.build(config).eval()
        data = model.data_preprocessor(batch(2))
        out = model(**data, mode='predict')
        assert [tuple(getattr(sample, field).shape) for sample in out] == [shape, shape]
        assert out[0].gt_landmarks is data['data_samples'][0].gt_landmarks
        alone = model(data['inputs'], mode='predict')
        assert torch.equal(getattr(alone[1], field), getattr(out[1], field))
        assert not getattr(alone[0], field).requires_grad


@both
def test_bad_calls(config: dict) -> None:
    model = MODELS.build(config).eval()
    inputs = torch.zeros(1, 3, SIZE, SIZE)
    with pytest.raises(ValueError, match='tensor, loss or predict'):
        model(inputs, mode='train')
    with pytest.raises(ValueError, match='data_samples'):
        model(inputs, mode='loss')


def test_the_detector_is_taught_in_the_format_that_the_prior_uses() -> None:
    model = MODELS.build(DETECTOR)
    prior = MODELS.build(dict(type='LandmarkPrior', network=DETECTOR['network'], input_format=dict(size=SIZE)))
    data = batch(2)
    pixels = torch.stack(data['inputs']) / 255
    assert torch.allclose(model.data_preprocessor(data)['inputs'], prior.input_format.convert(pixels), atol=1e-6)


def test_the_parser_is_taught_in_the_format_that_the_prior_uses() -> None:
    model = MODELS.build(PARSER)
    prior = MODELS.build(dict(type='ParsingPrior', network=PARSER['network'], input_format=dict(size=SIZE)))
    data = batch(2)
    pixels = torch.stack(data['inputs']) / 255
    assert torch.allclose(model.data_preprocessor(data)['inputs'], prior.input_format.convert(pixels), atol=1e-5)
