"""Landmarks of the faces of a report: those of the data set, or else those that the network of the package finds."""

from dataclasses import replace
from typing import Any

import numpy as np

from ofer.report.faces import Faces
from ofer.report.storage import Storage
from ofer.stored import read_arrays

NAME = '_landmarks'


def identity() -> dict[str, Any]:
    """What determines the landmarks."""
    from ofer.weights import SHIPPED

    return {'landmarks_sha256': SHIPPED['landmarks']}


def with_landmarks(faces: Faces, storage: Storage) -> Faces:
    """The faces with landmarks, which are computed once for a folder."""
    if faces.landmarks is not None:
        return faces
    if not storage.has(NAME, NAME, 0):
        import torch

        from ofer.faces.whole_image import WholeImage
        from ofer.inference.parts import build_landmarks

        finder = build_landmarks('default', torch.device('cpu'))
        assert finder is not None
        images = list(faces.images)
        found = finder(images, [one for [one] in WholeImage()(images)])
        height, width = faces.images.shape[1:3]
        shares = (np.stack(found) + 0.5) / (width, height)  # from pixel centres
        storage.write(NAME, NAME, 0, landmarks=np.round(shares, 5).astype(np.float32))
    stored = read_arrays(storage.path(NAME, NAME, 0), 'Remove the file, and run the same command again.', ('landmarks',))
    return replace(faces, landmarks=stored['landmarks'])
