"""What an exported file states about itself: kind, classes, aligner, version of ofer, hash of the weights.

It is JSON in the metadata of the file, under :data:`KEY`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ofer import __version__

KEY = 'ofer'
"""Name of the description in the metadata."""

CLASSIFIER, FACE_DETECTOR, LANDMARKS = 'classifier', 'face detector', 'landmark network'
OCCLUSION_DETECTOR, INPAINTER = 'occlusion detector', 'inpainter'

EXPORTED = ('.onnx', '.xml')
"""Suffixes of exported files."""


@dataclass(frozen=True)
class Description:
    """Of an exported network.

    Args:
        kind: one of :data:`CLASSIFIER`, :data:`FACE_DETECTOR`, :data:`LANDMARKS`, :data:`OCCLUSION_DETECTOR`, :data:`INPAINTER`.
        name: of the config or weights.
        outputs: names of the outputs of the graph, in order.
        weights: SHA-256 of the file of weights, hexadecimal.
        precision: of weights and computation: ``'float32'`` or ``'int8'``.
        version: of the ofer that wrote the file.
        classes: names of the outputs of a classifier, in order.
        aligner: description of the aligner that crops the faces.
        temperature: of the probabilities; applied inside the graph.
        occlusion_thresholds: share from which a region is called occluded, by the name of the region.
        difference: greatest difference of any output from that of PyTorch when the file was written.
        accuracy: per cent on the given test set by backend, where one was given.

    >>> Description('classifier', 'recogniser', ('probabilities',), '0' * 64, classes=('anger', 'neutral')).precision
    'float32'
    """

    kind: str
    name: str
    outputs: tuple[str, ...]
    weights: str
    precision: str = 'float32'
    version: str = __version__
    classes: tuple[str, ...] = ()
    aligner: Mapping[str, Any] | None = None
    temperature: float = 1.0
    occlusion_thresholds: Mapping[str, float] = field(default_factory=dict)
    difference: float | None = None
    accuracy: Mapping[str, float] = field(default_factory=dict)

    def to_text(self) -> str:
        """JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str | None, path: Path) -> 'Description':
        """Read the metadata of a file.

        Raises:
            ValueError: there is none, or it is of another version of ofer.
        """
        try:
            values = json.loads(text or '')
            version = values['version']
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'{path}: not exported by ofer. Export it with `ofer export`.') from error
        if version != __version__:
            raise ValueError(f'{path}: exported by ofer {version}, and this is {__version__}. Export it again with `ofer export`.')
        return cls(**values | dict(classes=tuple(values['classes']), outputs=tuple(values['outputs'])))

    def check(self, path: Path, kind: str) -> None:
        """Check that the file holds what is needed.

        Raises:
            ValueError: it is of another kind.
        """
        if self.kind != kind:
            raise ValueError(f'{path}: expected an exported {kind}, found one of kind {self.kind} ({self.name})')
