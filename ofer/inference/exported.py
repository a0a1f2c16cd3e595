"""A recogniser from an exported file: preprocessing, network, softmax and temperature are one graph, run without torch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ofer.faces.alignment import Aligner, build_aligner
from ofer.inference.answer import Answer, checked_thresholds
from ofer.runtimes import CLASSIFIER, open_network


class ExportedRecogniser:
    """From aligned faces to expressions.

    Args:
        path: exported classifier, see :func:`ofer.runtimes.open_network`.
        backend: ``'onnx'`` or ``'openvino'``; None: by the suffix.
        precision: of the computation.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it was altered, is of another version or kind, or states no aligner.
        ImportError: the library is not installed.
    """

    def __init__(self, path: str | Path, backend: str | None = None, precision: str = 'float32') -> None:
        self.network = open_network(path, CLASSIFIER, backend, precision)
        description = self.network.description
        self.classes = description.classes
        self.explains = False  # or True, in vain: a file gives no gradients, so results have no attention
        self.occlusion_thresholds = checked_thresholds(description.occlusion_thresholds)
        self.aligner: Aligner = build_aligner(description.aligner or {})

    def __call__(self, crops: Sequence[np.ndarray]) -> list[Answer]:
        """Answers for a batch of aligned faces, ``(S, S, 3)`` uint8 RGB."""
        if not crops:
            return []
        found = self.network(images=np.stack(crops))
        probabilities = found['probabilities'].astype(np.float64)
        probabilities /= probabilities.sum(1, keepdims=True)
        maps, restored = found.get('occlusion'), found.get('restored')
        return [
            Answer(
                shares,
                None if maps is None else maps[i].astype(np.float32),
                None if restored is None else (restored[i].transpose(1, 2, 0).clip(0, 1) * 255).round().astype(np.uint8),
            )
            for i, shares in enumerate(probabilities)
        ]
