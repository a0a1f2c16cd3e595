"""The face detector: shapes, modes, the choice among overlapping answers, and that it learns."""

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ofer.models.tasks.face_detector import FaceDetector, choose_faces
from ofer.registry import MODELS
from ofer.structures import FaceSample

SMALL = dict(
    type='FaceDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5], std=[64.0], to_rgb=False),
    backbone=dict(type='FacePyramid', channels=(4, 8, 8, 8, 8), depth=(1, 1, 1), out_channels=8),
    head=dict(type='FaceHead', channels=8, depth=1),
    loss=dict(type='FaceDetectionLoss'),
)


@pytest.fixture
def model() -> FaceDetector:
    init_default_scope('ofer')
    torch.manual_seed(0)
    return MODELS.build(SMALL)


def sample(count: int = 1) -> FaceSample:
    face = FaceSample()
    face.gt_boxes = torch.tensor([[20.0, 16, 52, 56]]).repeat(count, 1)
    face.gt_points = torch.tensor([[[28.0, 30], [44, 30], [36, 38], [30, 46], [42, 46]]]).repeat(count, 1, 1)
    face.gt_ignored = torch.zeros(count, dtype=torch.bool)
    return face


@pytest.mark.parametrize('size', [(64, 64), (72, 100), (33, 47)])
def test_answers_for_images_of_any_size(model: FaceDetector, size: tuple[int, int]) -> None:
    answers = model.eval()(torch.randn(2, 1, *size))
    cells = sum(-(-size[0] // s) * -(-size[1] // s) for s in (8, 16, 32))
    assert answers.shape == (2, cells, 15)
    assert ((answers[..., 0] > 0) & (answers[..., 0] < 0.1)).all(), 'at first hardly anything is a face'


def test_predicts_boxes_scores_and_points(model: FaceDetector) -> None:
    model.threshold = 0.0
    (result,) = model.eval()(torch.randn(1, 1, 64, 64), [sample()], mode='predict')
    count = len(result.pred_scores)
    assert result.pred_boxes.shape == (count, 4)
    assert result.pred_points.shape == (count, 5, 2)
    assert (result.pred_scores.diff() <= 0).all()


def test_refuses_unknown_modes_and_missing_samples(model: FaceDetector) -> None:
    with pytest.raises(ValueError, match='mode'):
        model(torch.zeros(1, 1, 32, 32), mode='nothing')
    with pytest.raises(ValueError, match='gt_boxes'):
        model(torch.zeros(1, 1, 64, 64), mode='loss')
    with pytest.raises(ValueError, match='five and three'):
        MODELS.build(dict(type='FacePyramid', channels=(4, 8)))


def test_overlapping_answers_become_one() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [1, 0, 11, 10], [30, 30, 40, 40], [0, 0, 9, 9]])
    scores = torch.tensor([0.6, 0.9, 0.7, 0.2])
    kept = choose_faces(scores, boxes, torch.zeros(4, 5, 2), threshold=0.5, overlap=0.4)
    torch.testing.assert_close(kept[0], torch.tensor([0.9, 0.7]))
    assert kept[1].tolist() == boxes[[1, 2]].tolist()


def test_learns_one_picture(model: FaceDetector) -> None:
    torch.manual_seed(0)
    image = torch.randn(1, 1, 64, 64) * 0.2
    image[..., 16:56, 20:52] += 2
    samples = [sample()]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        losses = model(image, samples, mode='loss')
        optimizer.zero_grad()
        sum(losses.values()).backward()
        optimizer.step()
    model.eval()
    for norm in (m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)):
        norm.train()  # statistics of so short a training lag behind
    (result,) = model(image, [sample()], mode='predict')
    assert result.pred_scores[0] > 0.7
    assert (result.pred_boxes[0] - samples[0].gt_boxes[0]).abs().max() < 4
    assert (result.pred_points[0] - samples[0].gt_points[0]).abs().max() < 4


def test_the_shipped_one_has_at_most_a_megabyte_in_half_precision() -> None:
    init_default_scope('ofer')
    model = MODELS.build(Config.fromfile('configs/priors/face_detector_scenes.py').model)
    assert 2 * sum(p.numel() for p in model.state_dict().values()) < 1_000_000
