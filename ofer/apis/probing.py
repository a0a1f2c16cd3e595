"""Features and predictions of an ORSANet for probing its priors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import Dataset

from ofer.apis.prediction import batches, model_inputs
from ofer.models import ORSANet

FIELDS = 2
"""Number of fields a side over which the maps of the priors are averaged."""


@dataclass(frozen=True)
class ProbedFaces:
    """What the parts of a network say about faces.

    Attributes:
        features: ``(N, D)`` of ``image`` (tokens before guidance, averaged) and of each prior, by name.
        target: ``(N,)``, true classes.
        predictions: ``(N,)`` classes, by the origin of the priors: own, or of another face.

    >>> ProbedFaces({'image': np.zeros((2, 4))}, np.array([0, 3]), {}).target.tolist()
    [0, 3]
    """

    features: dict[str, np.ndarray]
    target: np.ndarray
    predictions: dict[str, np.ndarray]


def probe(model: ORSANet, dataset: Dataset, indices: Sequence[int], batch_size: int) -> ProbedFaces:
    """Run the network on faces, with its own priors and with those of other faces.

    Args:
        model: in evaluation mode, with one prior at least.
        dataset: gives ``inputs`` and ``data_samples`` with ``gt_label``.
        indices: of the faces.
        batch_size: faces of a batch; priors are exchanged within it.

    >>> import ofer
    >>> from ofer.datasets import SyntheticFaces
    >>> faces = SyntheticFaces(split='val', size=64, length=7, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
    >>> sorted(probe(ofer.get_model('demo_orsanet'), faces, range(4), batch_size=2).features)
    ['image', 'landmarks', 'semantics']
    """
    features: dict[str, list[np.ndarray]] = {}
    predictions: dict[str, list[np.ndarray]] = {}
    target: list[int] = []
    for batch in batches(dataset, batch_size, indices, progress=True):
        inputs, samples = model_inputs(model, batch)
        with torch.inference_mode():
            priors = model.precompute(inputs)['priors']
            features.setdefault('image', []).append(model.image_tokens(model.backbone(inputs)).mean((2, 3)).cpu().numpy())
            for name, prior in priors.items():
                features.setdefault(name, []).append(field_means(prior).cpu().numpy())
            for origin, given in _exchanged(priors):
                predictions.setdefault(origin, []).append(model(inputs, mode='tensor', priors=given).argmax(1).cpu().numpy())
        target += [int(sample.gt_label) for sample in samples]
    return ProbedFaces(_joined(features), np.array(target), _joined(predictions))


def field_means(maps: Tensor) -> Tensor:
    """``(N, C, h, w)`` to ``(N, C * FIELDS ** 2)``: means of fields.

    >>> field_means(torch.ones(2, 3, 4, 4)).shape
    torch.Size([2, 12])
    """
    return F.adaptive_avg_pool2d(maps.float(), FIELDS).flatten(1)


def _exchanged(priors: dict[str, Tensor]) -> Iterator[tuple[str, dict[str, Tensor]]]:
    """The priors of a batch: own, each one from another face, and all from another face."""
    shifted = {name: prior.roll(1, 0) for name, prior in priors.items()}
    yield 'its own priors', priors
    for name in priors:
        yield f"another face's {name}", {**priors, name: shifted[name]}
    yield "another face's priors", shifted


def _joined(parts: dict[str, list[np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}
