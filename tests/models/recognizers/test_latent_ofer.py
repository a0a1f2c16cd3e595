"""Which stage sees what, in which order, and what comes out; on stages that can be followed by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.model import BaseModel
from torch import Tensor, nn

from ofer.engine.checkpoints.weights import load_stages, load_weights
from ofer.masks import resize_mask
from ofer.registry import MODELS
from ofer.structures import FaceSample, FaceSamples

GRID, SIZE = 4, 16


def normalised(mean: float, std: float) -> dict:
    return dict(type='ClsDataPreprocessor', mean=[mean] * 3, std=[std] * 3, to_rgb=False, num_classes=3)


class Step(BaseModel):
    """A stage that keeps what it was given."""

    def __init__(self, mean: float, std: float) -> None:
        super().__init__(data_preprocessor=MODELS.build(normalised(mean, std)))
        self.weight = nn.Parameter(torch.ones(()))
        self.dropout = nn.Dropout(0.5)
        self.seen: list[Tensor] = []

    def forward(self, inputs: Tensor, data_samples: Any = None, mode: str = 'tensor') -> Any:
        raise NotImplementedError


class BrightIsOccluded(Step):
    """Flags patches whose mean is above nine tenths of white."""

    def forward(self, inputs: Tensor, data_samples: Any = None, mode: str = 'tensor') -> list[FaceSample]:
        self.seen.append(inputs)
        samples = []
        for image in inputs:
            score = nn.functional.adaptive_avg_pool2d(image.mean(0, keepdim=True), GRID)[0]
            sample = FaceSample()
            sample.occlusion_score, sample.pred_occlusion = score, score > 0.9 * 255 / 100  # mean 0, std 100
            samples.append(sample)
        return samples


class PaintGrey(Step):
    """Paints 0.25 first and 0.5 then; mean 255, std 255: a pixel is its share of white, less 1."""

    def hidden_patches(self, mask: Tensor, height: int, width: int) -> Tensor:
        self.size, self.flagged = (height, width), mask
        return resize_mask(mask, 3, 3)

    def paint_coarsely(self, images: Tensor, hole: Tensor, hidden: Tensor) -> Tensor:
        self.seen.append(images)
        self.hole, self.hidden = hole, hidden
        return torch.where(hole.unsqueeze(1), -0.75, images)

    def reconstruct(self, images: Tensor, hole: Tensor, coarse: Tensor) -> Tensor:
        assert torch.equal(coarse, torch.where(hole.unsqueeze(1), -0.75, images))
        return torch.where(hole.unsqueeze(1), -0.5 * self.weight, images)


class MeanOfChannels(Step):
    """Logits are the image's means; keeps the flags that it was told of."""

    def __init__(self, mean: float, std: float, grid: int | None = None) -> None:
        super().__init__(mean, std)
        self.grid = grid

    def forward(self, inputs: Tensor, data_samples: Any = None, mode: str = 'tensor') -> Any:
        self.seen.append(inputs)
        self.flags = [sample.get('pred_occlusion') for sample in data_samples]
        logits = inputs.mean((2, 3)) * self.weight
        if mode == 'tensor':
            return logits
        if mode == 'loss':
            return dict(loss=logits.square().mean())
        for sample, row in zip(data_samples, logits, strict=True):
            sample.set_pred_score(row.softmax(0)).set_pred_label(row.argmax())
        return data_samples


@pytest.fixture(autouse=True)
def _stages() -> Iterator[None]:
    kinds = [BrightIsOccluded, PaintGrey, MeanOfChannels]
    for kind in kinds:
        MODELS.register_module(module=kind)
    yield
    for kind in kinds:
        MODELS.module_dict.pop(kind.__name__)


def build(**changes: Any) -> Any:
    config: dict[str, Any] = dict(
        type='LatentOFER',
        data_preprocessor=normalised(127.5, 127.5),
        detector=dict(model=dict(type='BrightIsOccluded', mean=0.0, std=100.0)),
        inpainter=dict(model=dict(type='PaintGrey', mean=255.0, std=255.0)),
        classifier=dict(model=dict(type='MeanOfChannels', mean=0.0, std=255.0)),
    )
    return MODELS.build(config | changes)


def faces() -> Tensor:
    """Three faces of 0.2 of white: nothing occluded, one patch white, all white; normalised as the pipeline's."""
    pixels = torch.full((3, 3, SIZE, SIZE), 0.2)
    pixels[1, :, 4:8, 8:12] = 1
    pixels[2] = 1
    return pixels * 2 - 1


def patch() -> Tensor:
    flags = torch.zeros(GRID, GRID, dtype=torch.bool)
    flags[1, 2] = True
    return flags


def test_each_stage_sees_the_face_its_own_way_and_after_the_one_before() -> None:
    model = build().eval()
    samples = model(faces(), mode='predict')
    pixels = (faces() + 1) / 2
    torch.testing.assert_close(model.detector.model.seen[0], pixels * 2.55)
    [painted] = model.inpainter.model.seen  # the one face that has something to repaint and something to repaint it from
    torch.testing.assert_close(painted, pixels[1:2] - 1)
    expected = pixels.clone()
    expected[1, :, 4:8, 8:12] = 0.5
    torch.testing.assert_close(model.classifier.model.seen[0], expected)
    torch.testing.assert_close(torch.stack([sample.pred_image for sample in samples]), expected)
    expected[1, :, 4:8, 8:12] = 0.25
    torch.testing.assert_close(torch.stack([sample.coarse_image for sample in samples]), expected)


def test_every_intermediate_is_in_the_sample() -> None:
    samples = build().eval()(faces(), mode='predict')
    flags = [torch.zeros_like(patch()), patch(), torch.ones_like(patch())]
    for sample, flag in zip(samples, flags, strict=True):
        assert torch.equal(sample.pred_occlusion, flag)
        assert sample.occlusion_score.shape == (GRID, GRID)
        assert sample.pred_score.shape == (3,)
    assert [sample.hole.sum().item() for sample in samples] == [0, 16, 0]  # nothing is painted from nothing
    assert samples[1].hole[4:8, 8:12].all()
    # of 3 patches a side, the second has pixels 5 to 10: of the four flagged ones along an axis, it has the most
    assert samples[1].hidden_patches.tolist() == [[False, False, False], [False, True, False], [False, False, False]]
    assert not samples[0].hidden_patches.any()
    assert not samples[2].hidden_patches.any()


def test_flags_are_handed_on_as_patches() -> None:
    model = build().eval()
    model(faces(), mode='predict')
    nothing = torch.zeros_like(patch())  # of the face of which all is flagged, too
    assert torch.equal(model.inpainter.model.flagged, torch.stack([nothing, patch(), nothing]))


def test_the_classifier_learns_with_the_flags_of_a_batch_in_columns_too() -> None:
    model, samples = (
        build(classifier=dict(model=dict(type='MeanOfChannels', mean=0.0, std=255.0, grid=GRID))),
        [FaceSample() for _ in range(3)],
    )
    for given in (samples, FaceSamples([FaceSample() for _ in range(3)], {})):
        model(faces(), given, 'loss')
        assert [flags.sum().item() for flags in model.classifier.model.flags] == [0, 1, GRID**2]


def test_a_batch_gives_what_its_faces_give_alone() -> None:
    model = build().eval()
    together = model(faces(), [FaceSample() for _ in range(3)], 'tensor')
    alone = torch.cat([model(face[None], [FaceSample()], 'tensor') for face in faces()])
    torch.testing.assert_close(together, alone)
    assert alone.isfinite().all()


def test_what_is_outside_the_hole_does_not_change_through_other_sizes() -> None:
    inpainter = dict(model=dict(type='PaintGrey', mean=255.0, std=255.0), size=24)
    classifier = dict(model=dict(type='MeanOfChannels', mean=0.0, std=255.0, grid=2), size=8)
    model = build(inpainter=inpainter, classifier=classifier).eval()
    noise = torch.rand(1, 3, SIZE, SIZE) * 0.5
    noise[0, :, 4:8, 8:12] = 1
    [sample] = model(noise * 2 - 1, [FaceSample()], 'predict')
    torch.testing.assert_close(sample.pred_image[:, ~sample.hole], noise[0][:, ~sample.hole])
    assert (sample.pred_image[:, sample.hole] < 0.9).all()
    assert model.inpainter.model.hole.shape == (1, 24, 24)
    assert model.inpainter.model.size == (24, 24)
    assert torch.equal(model.inpainter.model.hidden[0], sample.hidden_patches)
    assert model.classifier.model.seen[0].shape == (1, 3, 8, 8)
    # the classifier knows 2 x 2 patches: the one that the flagged patch lies in
    assert model.classifier.model.flags[0].tolist() == [[False, True], [False, False]]
    assert torch.equal(sample.pred_occlusion, patch())


def test_without_a_detector_the_samples_say_what_is_repainted() -> None:
    model = build(detector=None).eval()
    samples = [FaceSample() for _ in range(3)]
    samples[0].hole = resize_mask(patch(), SIZE, SIZE)
    model(faces(), samples, 'predict')
    assert (samples[0].pred_image[:, 4:8, 8:12] == 0.5).all()
    assert [sample.hole.any().item() for sample in samples] == [True, False, False]
    assert 'pred_occlusion' not in samples[0]
    samples[1].hole = torch.zeros(5, 5, dtype=torch.bool)
    with pytest.raises(ValueError, match=r'hole 1 is \(5, 5\) and its image \(16, 16\)'):
        model(faces(), samples, 'predict')


def test_the_classifier_is_told_of_given_holes_as_of_flags_where_they_are_repainted() -> None:
    classifier = dict(model=dict(type='MeanOfChannels', mean=0.0, std=255.0, grid=GRID))
    model = build(detector=None, classifier=classifier).eval()
    holes = resize_mask(torch.stack([torch.zeros_like(patch()), patch(), torch.ones_like(patch())]), SIZE, SIZE)
    for mode in ('tensor', 'loss', 'predict'):
        samples = [FaceSample() for _ in holes]
        for sample, hole in zip(samples, holes, strict=True):
            sample.hole = hole
        model(faces(), samples, mode)
        assert torch.equal(torch.stack(model.classifier.model.flags), resize_mask(holes, GRID, GRID))
    blind = build(detector=None, inpainter=None, classifier=classifier).eval()
    known = [FaceSample() for _ in holes]
    known[1].hole = holes[1]
    blind(faces(), known, 'tensor')
    assert blind.classifier.model.flags == [None] * 3  # without reconstruction nobody says what is occluded


def test_without_an_inpainter_faces_are_recognised_as_they_come() -> None:
    model = build(inpainter=None).eval()
    model(faces(), mode='predict')
    torch.testing.assert_close(model.classifier.model.seen[0], (faces() + 1) / 2)
    assert torch.equal(model.classifier.model.flags[1], patch())


def test_only_the_classifier_learns() -> None:
    model = build().train()
    assert not model.detector.model.training
    assert not model.inpainter.model.dropout.training
    assert model.classifier.model.training
    model(faces(), [FaceSample() for _ in range(3)], 'loss')['loss'].backward()
    trained = {name for name, parameter in model.named_parameters() if parameter.grad is not None}
    assert trained == {'classifier.model.weight'}
    assert {name for name, parameter in model.named_parameters() if parameter.requires_grad} == trained


def test_stages_read_their_own_files(tmp_path: Path) -> None:
    changes: dict[str, Any] = {}
    for value, (name, kind) in enumerate(dict(detector='BrightIsOccluded', inpainter='PaintGrey', classifier='MeanOfChannels').items(), 2):
        meta = dict(dataset_meta=dict(classes=('a', 'b', 'c')))
        torch.save(dict(state_dict={'weight': torch.tensor(float(value))}, meta=meta), tmp_path / f'{name}.pth')
        changes[name] = dict(model=dict(type=kind, mean=0.0, std=1.0), checkpoint=str(tmp_path / f'{name}.pth'))
    model = build(**changes)
    assert load_stages(model) == ('a', 'b', 'c')
    assert [stage.model.weight.item() for stage in (model.detector, model.inpainter, model.classifier)] == [2, 3, 4]
    whole, other = tmp_path / 'whole.pth', tmp_path / 'other.pth'
    torch.save(dict(state_dict=model.state_dict()), whole)
    torch.save(dict(state_dict=model.state_dict() | {'classifier.model.bias': torch.zeros(())}), other)
    (tmp_path / 'inpainter.pth').unlink()
    with pytest.raises(FileNotFoundError, match=r"inpainter\.pth.*missing\. Train the stage 'inpainter' first"):
        load_stages(build(**changes))
    with pytest.raises(ValueError, match="the stage 'classifier' has no checkpoint"):
        load_stages(build(**changes | dict(classifier=dict(model=dict(type='MeanOfChannels', mean=0.0, std=1.0)))))
    load_weights(model, whole)
    load_weights(build(**changes | dict(detector=None)), whole)  # what is switched off is not read
    with pytest.raises(ValueError, match=r'1 unknown: classifier\.model\.bias'):
        load_weights(build(**changes | dict(detector=None)), other)
    with pytest.raises(ValueError, match='Linear has no stages with checkpoints of their own'):
        load_stages(nn.Linear(1, 1))


def test_unknown_mode() -> None:
    with pytest.raises(ValueError, match="mode 'train' is unknown"):
        build()(faces(), mode='train')
