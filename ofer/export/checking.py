"""Compares an exported file with the network that it was made from: outputs, and accuracy on a labelled set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from ofer.categories import canonical_expression
from ofer.export.graphs import Graph
from ofer.files.archive import list_images, read_bytes
from ofer.files.image_file import decode_rgb
from ofer.inference.answer import Answer
from ofer.runtimes import Network

Recognise = Callable[[Sequence[np.ndarray]], list[Answer]]
"""From crops to answers, as recognisers do."""
TOLERANCE = 1e-3
"""Greatest allowed difference of an output of a float32 file, relative to values above 1."""
BATCHES = (1, 2, 5)
"""Sizes of the batches of the check."""
ACCURACY_BOUND = 0.5
"""Points of accuracy that an int8 file may lose."""


class DisagreementError(ValueError):
    """An exported file does not compute what its network computes."""


@torch.no_grad()
def largest_difference(graph: Graph, network: Network, batches: Sequence[int] = BATCHES) -> float:
    """Greatest difference between the outputs of a network and of its file, on random images.

    Args:
        graph: in evaluation mode.
        network: the file.
        batches: sizes of the batches.

    Returns:
        ``max |a - b| / max(1, |a|)`` over all outputs; NaN if the file returns NaN.

    Raises:
        DisagreementError: an output has another shape.
    """
    worst = 0.0
    for seed, size in enumerate(batches):
        given = [one.example(size, 32 * (seed + 2), seed) for one in graph.inputs]
        outputs = graph(*given)
        expected = dict(zip(graph.outputs, [outputs] if isinstance(outputs, torch.Tensor) else outputs, strict=True))
        found = network(**{one.name: values.numpy() for one, values in zip(graph.inputs, given, strict=True)})
        for name, values in expected.items():
            true = values.float().numpy()
            if found[name].shape != true.shape:
                raise DisagreementError(f'{name} of a batch of {size} is {found[name].shape} instead of {true.shape}')
            # not Python's max, which passes over NaN
            worst = float(np.maximum(worst, (np.abs(found[name] - true) / np.maximum(np.abs(true), 1)).max()))
    return worst


@dataclass(frozen=True)
class Labelled:
    """Faces with their expressions.

    Args:
        paths: of the images.
        labels: index of the class of each.
    """

    paths: tuple[str, ...]
    labels: np.ndarray

    def crops(self, begin: int, end: int, size: int) -> list[np.ndarray]:
        """Images ``begin`` to ``end``, each ``(size, size, 3)`` uint8 RGB."""
        return [read_crop(path, size) for path in self.paths[begin:end]]


def read_crop(path: str, size: int) -> np.ndarray:
    """A cropped face in a size: ``(size, size, 3)`` uint8 RGB."""
    image = decode_rgb(read_bytes(path), path)
    if image.shape[:2] == (size, size):
        return image
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if min(image.shape[:2]) > size else cv2.INTER_LINEAR)


def labelled_faces(folder: str | Path, classes: Sequence[str], most: int | None = None, seed: int = 0) -> Labelled:
    """The images of a folder or zip archive with a folder for each class, in any common spelling.

    Args:
        folder: of the images, which are cropped faces.
        classes: of the network.
        most: number of images, drawn at random; None: all.
        seed: of the drawing.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it has no images of these classes.
    """
    found = []
    for name in list_images(folder):
        above = name.rpartition('/')[0].rpartition('/')[2]
        label = above if above in classes else canonical_expression(above)
        if label in classes:
            found.append((f'{folder}/{name}', classes.index(label)))
    if not found:
        raise ValueError(f'{folder}: no images in folders that are called {", ".join(classes)}')
    if most is not None and most < len(found):
        found = [found[i] for i in sorted(np.random.default_rng(seed).choice(len(found), most, replace=False))]
    return Labelled(tuple(path for path, _ in found), np.array([label for _, label in found]))


def correct(recognise: Recognise, faces: Labelled, size: int, batch_size: int = 64) -> np.ndarray:
    """Which faces a recogniser answers correctly.

    Args:
        recognise: from crops to answers.
        faces: with labels.
        size: of its crops, pixels.
        batch_size: number of faces in a batch.

    Returns:
        ``(N,)`` bool.
    """
    found = [
        answer.probabilities.argmax()
        for begin in range(0, len(faces.labels), batch_size)
        for answer in recognise(faces.crops(begin, begin + batch_size, size))
    ]
    return np.array(found) == faces.labels
