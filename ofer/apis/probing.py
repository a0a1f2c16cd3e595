"""Features and predictions of an ORSANet for probing its priors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import Dataset

from ofer.apis.prediction import batches, model_inputs
from ofer.models import ORSANet

IMAGE = 'image'
OWN = 'its own priors'
WHOLE = 'of the whole face'
FIELDS = 2
"""Number of fields a side over which the maps of the priors are averaged."""


@dataclass(frozen=True)
class ProbedFaces:
    """Features and predictions of a network on N faces.

    Attributes:
        features: ``(N, D)`` of :data:`IMAGE` (tokens before guidance, averaged) and of each prior, by name; and of each prior of the whole
            face, if the faces are occluded.
        target: ``(N,)``, true classes.
        predictions: ``(N,)`` classes, by the origin of the priors: own, of another face, or of the whole face.

    >>> ProbedFaces({'image': np.zeros((2, 4))}, np.array([0, 3]), {}).target.tolist()
    [0, 3]
    """

    features: dict[str, np.ndarray]
    target: np.ndarray
    predictions: dict[str, np.ndarray]


def probe(
    model: ORSANet, dataset: Dataset, indices: Sequence[int], batch_size: int, whole: Dataset | None = None, predict: bool = True
) -> ProbedFaces:
    """Run the network on faces, with its own priors and with those of other faces.

    Args:
        model: in evaluation mode, with one prior at least.
        dataset: gives ``inputs`` and ``data_samples`` with ``gt_label``.
        indices: of the faces. Another face is the one before, for the first face the last of its batch. Give them in random order: in
            files, neighbours may have the same class.
        batch_size: faces of a batch, two or more for predictions.
        whole: gives the same faces without their occluders. The network is then also given the priors that are computed on these.
        predict: run the network; False: only the features are collected.

    Raises:
        ValueError: predictions for fewer than two faces, or in batches of one.

    >>> import ofer
    >>> from ofer.datasets import SyntheticFaces
    >>> faces = SyntheticFaces(split='val', size=64, length=7, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
    >>> sorted(probe(ofer.get_model('demo_orsanet'), faces, range(4), batch_size=2).features)
    ['image', 'landmarks', 'semantics']
    """
    if predict and min(batch_size, len(indices)) < 2:
        raise ValueError(f'batch_size={batch_size}, {len(indices)} faces: priors of another face need two faces in a batch')
    features: dict[str, list[np.ndarray]] = {}
    predictions: dict[str, list[np.ndarray]] = {}
    target: list[int] = []
    before: dict[str, Tensor] = {}
    uncovered = batches(whole, batch_size, indices) if whole is not None else repeat(None)
    for batch, same in zip(batches(dataset, batch_size, indices, progress=True), uncovered, strict=False):
        inputs, samples = model_inputs(model, batch)
        target += [int(sample.gt_label) for sample in samples]
        with torch.inference_mode():
            priors = model.precompute(inputs)['priors']
            seen = {} if same is None else model.precompute(model_inputs(model, same)[0])['priors']
            features.setdefault(IMAGE, []).append(model.image_tokens(model.backbone(inputs)).mean((2, 3)).cpu().numpy())
            for name, prior in (priors | {f'{name} {WHOLE}': prior for name, prior in seen.items()}).items():
                features.setdefault(name, []).append(field_means(prior).cpu().numpy())
            if not predict:
                continue
            others = {name: torch.cat([before.get(name, prior[-1:]), prior[:-1]]) for name, prior in priors.items()}
            before = {name: prior[-1:] for name, prior in priors.items()}
            for origin, given in _exchanged(priors, others, seen):
                predictions.setdefault(origin, []).append(model(inputs, mode='tensor', priors=given).argmax(1).cpu().numpy())
    return ProbedFaces(_joined(features), np.array(target), _joined(predictions))


def combinations(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Which features to classify together: each alone; the image with its priors; the image with the priors of the whole face.

    >>> combinations(['image', 'landmarks', 'landmarks of the whole face'])[3:]
    [('image', 'landmarks'), ('image', 'landmarks of the whole face')]
    """
    priors = [name for name in names if name != IMAGE]
    own, whole = ([name for name in priors if name.endswith(WHOLE) is kind] for kind in (False, True))
    return [(name,) for name in (IMAGE, *priors)] + [(IMAGE, *group) for group in (own, whole) if group]


def field_means(maps: Tensor) -> Tensor:
    """``(N, C, h, w)`` to ``(N, C * FIELDS ** 2)``: means of fields.

    >>> field_means(torch.ones(2, 3, 4, 4)).shape
    torch.Size([2, 12])
    """
    return F.adaptive_avg_pool2d(maps.float(), FIELDS).flatten(1)


def _exchanged(own: dict[str, Tensor], others: dict[str, Tensor], whole: dict[str, Tensor]) -> Iterator[tuple[str, dict[str, Tensor]]]:
    """The priors of a batch: own; each one, and all, from another face; each one, and all, of the whole face."""
    yield OWN, own
    for text, given in (("another face's {}", others), (f'{{}} {WHOLE}', whole)):
        for name in given:
            yield text.format(name), {**own, name: given[name]}
        if len(given) > 1:
            yield text.format('priors'), given


def _joined(parts: dict[str, list[np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}
