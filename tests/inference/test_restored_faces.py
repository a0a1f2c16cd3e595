"""The inferencer with a whole Latent-OFER, whose stages are simple enough to be followed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.model import BaseModel
from torch import Tensor, nn

from ofer.apis.inferencer import FERInferencer
from ofer.inference.outputs import RestoredPhotos
from ofer.inference.restoring import check_restores
from ofer.inference.sources import Reading
from ofer.masks import resize_mask
from ofer.registry import MODELS
from ofer.structures import FaceSample

from .conftest import SquareDetector, squares

NORMALISED = dict(type='ClsDataPreprocessor', mean=[0.0] * 3, std=[255.0] * 3, to_rgb=False, num_classes=2)


class FlagsLowerHalf(BaseModel):
    def __init__(self) -> None:
        super().__init__(data_preprocessor=MODELS.build(NORMALISED))

    def forward(self, inputs: Tensor, data_samples: Any = None, mode: str = 'tensor') -> list[FaceSample]:
        samples = []
        for _ in inputs:
            sample = FaceSample()
            sample.occlusion_score = torch.tensor([[-3.0, -3.0], [7.0, 7.0]])  # in a unit of its own
            sample.pred_occlusion = sample.occlusion_score > 0
            samples.append(sample)
        return samples


class PaintsBlack(FlagsLowerHalf):
    def hidden_patches(self, mask: Tensor, height: int, width: int) -> Tensor:
        return resize_mask(mask, 2, 2)

    def paint_coarsely(self, images: Tensor, hole: Tensor, hidden: Tensor) -> Tensor:
        return torch.where(hole.unsqueeze(1), 0.5, images)

    def reconstruct(self, images: Tensor, hole: Tensor, coarse: Tensor) -> Tensor:
        return torch.where(hole.unsqueeze(1), 0.0, images)


class SaysBright(FlagsLowerHalf):
    """Class 1 by the brightness of what it sees."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, inputs: Tensor, data_samples: Any = None, mode: str = 'tensor') -> Any:
        share = inputs.mean((1, 2, 3)) * self.weight
        for sample, bright in zip(data_samples, share, strict=True):
            sample.set_pred_score(torch.stack([1 - bright, bright]))
        return data_samples


@pytest.fixture
def inferencer() -> Iterator[FERInferencer]:
    kinds = [FlagsLowerHalf, PaintsBlack, SaysBright]
    for kind in kinds:
        MODELS.register_module(module=kind)
    config = dict(
        type='LatentOFER', data_preprocessor=NORMALISED, detector=dict(model=dict(type='FlagsLowerHalf')),
        inpainter=dict(model=dict(type='PaintsBlack')), classifier=dict(model=dict(type='SaysBright')),
    )  # fmt: skip
    model = MODELS.build(config)
    model.classes = ('dark', 'bright')
    aligner = dict(type='BoxAligner', size=32, margin=0.0)
    yield FERInferencer(model, device='cpu', detector=SquareDetector(), landmarks=None, aligner=aligner, crops=True)
    for kind in kinds:
        MODELS.module_dict.pop(kind.__name__)


def test_the_answer_is_that_of_the_restored_face(inferencer: FERInferencer) -> None:
    (result,) = inferencer(squares(1), color='rgb')
    np.testing.assert_array_equal(result.patch_map, [[0, 0], [1, 1]])  # flags, not scores
    assert result.occluded_fraction == 0.5
    assert result.restored.shape == (32, 32, 3)
    assert result.restored[2:14, 2:30].min() > 200
    assert result.restored[16:].max() == 0
    assert result.probabilities['bright'] == pytest.approx(0.5, abs=0.03)  # half of the white face is black now


def test_the_photo_is_repainted_where_the_face_is_flagged(inferencer: FERInferencer, tmp_path: Any) -> None:
    import cv2

    output = RestoredPhotos(tmp_path)
    for picture, results in inferencer.frames([squares(1), squares(0)], Reading('rgb'), keep_images=True):
        output.take(picture, results)
    assert output.repainted == 1
    photo = cv2.imread(str(tmp_path / 'array 0_restored.png'))
    assert photo[22:30, 6:26].min() > 200
    assert photo[35:42, 7:25].max() < 30
    assert (photo[50:] == 90).all()
    assert (cv2.imread(str(tmp_path / 'array 1_restored.png')) == 90).all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ['array 0_faces.png', 'array 0_restored.png', 'array 1_restored.png']


def test_a_model_that_repaints_nothing_is_refused(tiny_model: BaseModel, inferencer: FERInferencer) -> None:
    check_restores(inferencer.answering.recogniser)
    other = FERInferencer(tiny_model, device='cpu', detector=SquareDetector(), landmarks=None)
    with pytest.raises(ValueError, match='repaints nothing'):
        check_restores(other.answering.recogniser)
