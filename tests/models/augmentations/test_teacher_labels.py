from pathlib import Path

import pytest
import torch

from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS
from ofer.structures import FaceSample

NORMAL = dict(type='FacePreprocessor', mean=[127.5] * 3, std=[127.5] * 3, num_classes=3)
TEACHER = dict(
    type='ORSANet',
    data_preprocessor=NORMAL,
    backbone=dict(type='IRNet', arch=dict(stem=4, units=(1,), channels=(4,), strides=(2,), plain=True), input_size=8),
    tokens=dict(type='GridTokens', in_channels=4, in_size=4, grid=4, embed_dims=4),
    head=dict(type='GatedLinearHead', num_classes=3, in_channels=4),
)


@pytest.fixture
def checkpoints(tmp_path: Path) -> list[str]:
    paths = []
    for seed in range(2):
        torch.manual_seed(seed)
        paths.append(str(tmp_path / f'{seed}.pth'))
        torch.save({'state_dict': MODELS.build(TEACHER).state_dict()}, paths[-1])
    return paths


def predictions(path: str, images: torch.Tensor) -> torch.Tensor:
    model = MODELS.build(TEACHER)
    model.load_state_dict(torch.load(path, weights_only=True)['state_dict'])
    with torch.no_grad():
        return model.eval()((images.expand(-1, 3, -1, -1) - 127.5) / 127.5, mode='tensor').softmax(1)


def test_label_is_mixed_with_the_mean_of_the_teachers(checkpoints):
    images = torch.rand(2, 1, 8, 8) * 255
    labels = torch.eye(3)[:2]
    augmentation = MODELS.build(dict(type='TeacherLabels', teacher=TEACHER, checkpoints=checkpoints, share=0.75))
    with torch.no_grad():
        found = augmentation(FaceBatch(images, torch.zeros(2, 1, 8, 8), scores=labels)).scores
    mean = (predictions(checkpoints[0], images) + predictions(checkpoints[1], images)) / 2
    torch.testing.assert_close(found, 0.25 * labels + 0.75 * mean)
    assert not list(augmentation.state_dict())  # the student's checkpoint has no teacher


def test_logits_are_divided_by_the_temperature(checkpoints):
    images = torch.rand(2, 3, 8, 8) * 255
    hard, soft = (
        MODELS.build(dict(type='TeacherLabels', teacher=TEACHER, checkpoints=checkpoints[:1], temperature=value)) for value in (1.0, 2.0)
    )
    with torch.no_grad():
        torch.testing.assert_close(soft.predict(images), (hard.predict(images).log() / 2).softmax(1))


def test_teachers_see_what_is_not_yet_occluded_and_the_sample_gets_the_label(checkpoints):
    labels = dict(type='TeacherLabels', teacher=TEACHER, checkpoints=checkpoints[:1], share=1.0)
    black = dict(type='BatchErasing', prob=1.0, size=(1.0, 1.0), fills=('black',))
    images = torch.randint(256, (2, 1, 8, 8), dtype=torch.uint8)
    samples = [FaceSample().set_gt_label(0), FaceSample().set_gt_label(2)]
    preprocessor = MODELS.build(dict(NORMAL, augmentations=[labels, black]))
    result = preprocessor({'inputs': images, 'data_samples': samples}, training=True)
    assert bool((result['inputs'] == -1).all())
    expected = predictions(checkpoints[0], images.float())
    for sample, score in zip(result['data_samples'], expected, strict=True):
        torch.testing.assert_close(sample.gt_score, score)


def test_mistakes_are_said(tmp_path):
    with pytest.raises(ValueError, match='checkpoints'):
        MODELS.build(dict(type='TeacherLabels', teacher=TEACHER, checkpoints=[]))
    missing = MODELS.build(dict(type='TeacherLabels', teacher=TEACHER, checkpoints=[str(tmp_path / 'no.pth')]))
    batch = FaceBatch(torch.zeros(2, 1, 8, 8), torch.zeros(2, 1, 8, 8), scores=torch.eye(3)[:2])
    with pytest.raises(FileNotFoundError, match='Train the teachers first'):
        missing(batch)
    with pytest.raises(ValueError, match='num_classes'):
        missing(FaceBatch(batch.images, batch.occlusion))
