"""What painters learn from: the holes of a batch, and its faces without occluders."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ofer.models.layers.input_format import InputFormat
from ofer.structures import FaceSample, FaceSamples


def holes(inputs: Tensor, data_samples: Sequence[FaceSample] | None) -> Tensor:
    """The holes of the samples as a batch.

    Args:
        inputs: ``(N, 3, H, W)``.
        data_samples: ``N`` samples with ``hole``.

    Returns:
        ``(N, H, W)`` bool, True = to be repainted.

    Raises:
        ValueError: a hole is missing, or its size differs from that of the images.
    """
    column = data_samples.columns.get('hole') if isinstance(data_samples, FaceSamples) else None
    if column is not None and column.shape == (len(inputs), *inputs.shape[2:]):
        return column.to(inputs.device).bool()
    given = [sample.get('hole') for sample in data_samples or ()]
    if len(given) != len(inputs) or any(hole is None for hole in given):
        raise ValueError('a painter needs a data sample with hole, (H, W) bool, for each image: put a transform that draws holes before')
    for index, hole in enumerate(given):
        if hole.shape != inputs.shape[2:]:
            raise ValueError(f'hole {index} is {tuple(hole.shape)} and its image {tuple(inputs.shape[2:])}: make holes after resizing')
    return torch.stack([hole.to(inputs.device) for hole in given]).bool()


def true_images(inputs: Tensor, data_samples: Sequence[FaceSample] | None, input_format: InputFormat) -> Tensor:
    """Target images: ``gt_image`` of each sample, or the image itself.

    Args:
        inputs: ``(N, 3, H, W)``, normalised.
        data_samples: ``N`` samples; those with ``gt_image`` ``(3, H, W)``, RGB in [0, 255], have another target than their image.
        input_format: of ``inputs``.

    Returns:
        ``(N, 3, H, W)``, normalised.
    """
    if isinstance(data_samples, FaceSamples) and 'gt_image' in data_samples.columns:
        return input_format.convert(data_samples.columns['gt_image'].to(inputs.device).float() / 255).to(inputs.dtype)
    given = [sample.get('gt_image') for sample in data_samples or ()]
    known = [index for index, image in enumerate(given) if image is not None]
    if not known:
        return inputs
    pixels = torch.stack([given[index].to(inputs.device) for index in known]).float() / 255
    truth = input_format.convert(pixels).to(inputs.dtype)
    return truth if len(known) == len(inputs) else inputs.index_copy(0, torch.tensor(known, device=inputs.device), truth)
