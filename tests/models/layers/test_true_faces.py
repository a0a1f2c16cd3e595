"""Columns of a batch and samples one by one are read alike."""

import pytest
import torch

from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.true_faces import holes, true_images
from ofer.models.tasks.occlusion_detector import known_occlusion
from ofer.structures import FaceSample, FaceSamples


def samples() -> FaceSamples:
    generator = torch.Generator().manual_seed(0)
    columns = dict(
        hole=torch.rand(3, 4, 4, generator=generator) < 0.5,
        gt_occlusion=torch.rand(3, 4, 4, generator=generator) < 0.5,
        gt_image=torch.randint(256, (3, 3, 4, 4), generator=generator, dtype=torch.uint8),
    )
    return FaceSamples([FaceSample() for _ in range(3)], columns)


def test_columns_are_read_like_samples() -> None:
    images, together = torch.zeros(3, 3, 4, 4), samples()
    one_by_one = list(together)
    assert torch.equal(holes(images, together), holes(images, one_by_one))
    given = InputFormat(mean=(0.5, 0.4, 0.3), std=(0.5, 0.5, 0.2))
    assert torch.equal(true_images(images, together, given), true_images(images, one_by_one, given))
    assert torch.equal(known_occlusion(together, images.device), known_occlusion(one_by_one, images.device))


def test_columns_that_are_missing_or_of_another_size() -> None:
    images, without = torch.zeros(3, 3, 4, 4), FaceSamples([FaceSample() for _ in range(3)], {})
    with pytest.raises(ValueError, match='needs a data sample with hole'):
        holes(images, without)
    with pytest.raises(ValueError, match='hole 0 is'):
        holes(torch.zeros(3, 3, 8, 8), samples())
    assert true_images(images, without, InputFormat()) is images
    assert known_occlusion(without, images.device) is None
