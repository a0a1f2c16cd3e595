"""What a report compares: models of this library, callables, and outside tools, all from images to probabilities."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

BLOCK = 32
"""Images in a forward pass. Always the same number, since libraries choose other algorithms, which round otherwise, for other numbers."""
DECIMALS = 6
"""Probabilities are rounded to them."""


class Answers(NamedTuple):
    """Answers of a model for images.

    Args:
        probabilities: ``(N, K)`` float64; NaN where the model failed.
        maps: ``(N, g, g)`` float32 in [0, 1], 1 = occluded; NaN where the model failed, None if it has no such map.
        problems: why there are no answers, each once.
    """

    probabilities: np.ndarray
    maps: np.ndarray | None = None
    problems: tuple[str, ...] = ()


class Contender:
    """A model in a report. This base wraps a callable.

    Args:
        name: in the report.
        answer: from images ``(n, H, W, 3)`` uint8 RGB to probabilities ``(n, K)``.
        classes: names of the outputs.
        facts: for the header of the report, e.g. ``weights_sha256``, ``trained_on``.
    """

    def __init__(self, name: str, answer: Callable[[np.ndarray], Any], classes: Sequence[str], facts: dict[str, Any] | None = None) -> None:
        self.name, self.answer, self.classes = name, answer, tuple(classes)
        self.facts = dict(facts or {})

    def block(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Probabilities and occlusion maps of a block of images."""
        return np.asarray(self.answer(images), np.float64), None

    def importance(self, images: np.ndarray) -> np.ndarray | None:
        """Importance of the patches, ``(N, 14, 14)``; None if the model cannot state it."""
        del images
        return None

    def __call__(self, images: np.ndarray) -> Answers:
        """Answers for any number of images; an error of a block costs the answers of that block only.

        Args:
            images: ``(N, H, W, 3)`` uint8 RGB.
        """
        scores = np.full((len(images), len(self.classes)), np.nan)
        maps: np.ndarray | None = None
        problems: list[str] = []
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK]
            number = len(block)
            full = block if number == BLOCK else np.concatenate([block, np.repeat(block[-1:], BLOCK - number, 0)])
            try:
                found, found_maps = self.block(full)
                found = self._checked(found, len(full))
                if found_maps is not None:
                    maps = np.full((len(images), *found_maps.shape[1:]), np.nan, np.float32) if maps is None else maps
                    maps[start : start + number] = found_maps[:number]
                scores[start : start + number] = found[:number]
            except Exception as error:  # of a model that is not ours: anything
                problems.append(f'{type(error).__name__}: {error}')
        bad = ~np.isfinite(scores).all(1)
        if bad.any() and not problems:
            problems.append('probabilities are not finite')
        scores[bad] = np.nan
        return Answers(np.round(scores, DECIMALS), maps, tuple(dict.fromkeys(problems)))

    def _checked(self, scores: np.ndarray, number: int) -> np.ndarray:
        if scores.shape != (number, len(self.classes)):
            raise ValueError(f'probabilities of shape {scores.shape}, expected {(number, len(self.classes))}')
        finite = np.isfinite(scores).all(1)
        if (scores[finite] < -1e-6).any() or (np.abs(scores[finite].sum(1) - 1) > 1e-3).any():
            raise ValueError('the outputs are no probabilities: negative, or their sum is not 1')
        scores = np.where(finite[:, None], np.maximum(scores, 0), np.nan)
        return scores / scores.sum(1, keepdims=True)


class RecogniserContender(Contender):
    """A model of this library.

    Args:
        name: in the report.
        recogniser: a :class:`ofer.inference.recogniser.Recogniser`.
        facts: for the header of the report.
    """

    def __init__(self, name: str, recogniser: Any, facts: dict[str, Any] | None = None) -> None:
        super().__init__(name, recogniser, recogniser.classes, facts)
        self.recogniser = recogniser

    def block(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Probabilities and occlusion maps of a block of images."""
        answers = self.recogniser(self._crops(images))
        maps = [answer.patch_map for answer in answers]
        return np.stack([answer.probabilities for answer in answers]), None if maps[0] is None else np.stack(maps).astype(np.float32)

    def importance(self, images: np.ndarray) -> np.ndarray | None:
        """Grad-CAM for the predicted class at the image backbone, ``(N, 14, 14)``."""
        import torch

        from ofer.evaluation.grad_cam import grad_cam, image_backbone, patch_importance
        from ofer.report.protocols.areas import GRID

        layer = image_backbone(self.recogniser.model)
        if layer is None:
            return None
        found = []
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK]
            full = np.concatenate([block, np.repeat(block[-1:], BLOCK - len(block), 0)])
            try:
                maps = grad_cam(self.recogniser.model, self.recogniser.inputs(self._crops(full)), layer)
            except torch.OutOfMemoryError:
                raise
            except (ValueError, RuntimeError):  # frozen, or no map at that place
                return None
            found.append(patch_importance(maps, GRID).cpu().numpy()[: len(block)])
        maps_of_all = np.concatenate(found)
        return np.round(maps_of_all / np.maximum(maps_of_all.max((1, 2), keepdims=True), 1e-12), DECIMALS)

    def _crops(self, images: np.ndarray) -> list[np.ndarray]:
        """The images in the size of the crops of the training."""
        side = self.recogniser.aligner.size
        if images.shape[1:3] == (side, side):
            return list(images)
        return [np.array(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)) for image in images]


def file_hash(path: str | Path | None) -> str | None:
    """SHA-256 of a file; None if there is none."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path is not None and Path(path).is_file() else None
