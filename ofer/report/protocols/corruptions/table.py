"""The corruptions by name, and their conditions."""

from collections.abc import Callable
from functools import partial

import numpy as np

from ofer.report.contenders import BLOCK
from ofer.report.protocols.base import Batch, Condition, Occluded
from ofer.report.protocols.corruptions import blurs, digital, noises, weathers
from ofer.report.randomness import image_keys

STREAM = 'corruption-1'
CORRUPTIONS: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    'gaussian_noise': noises.gaussian_noise,
    'shot_noise': noises.shot_noise,
    'impulse_noise': noises.impulse_noise,
    'defocus_blur': blurs.defocus_blur,
    'glass_blur': blurs.glass_blur,
    'motion_blur': blurs.motion_blur,
    'zoom_blur': blurs.zoom_blur,
    'snow': weathers.snow,
    'frost': weathers.frost,
    'fog': weathers.fog,
    'brightness': weathers.brightness,
    'contrast': digital.contrast,
    'elastic_transform': digital.elastic_transform,
    'pixelate': digital.pixelate,
    'jpeg_compression': digital.jpeg_compression,
}


def corrupt(batch: Batch, corruption: str, severity: int, seed: int) -> Occluded:
    """Corrupt every image.

    Args:
        batch: the faces.
        corruption: one of :data:`CORRUPTIONS`.
        severity: 1 to 5.
        seed: of the draws.
    """
    keys = image_keys(batch.names, f'{STREAM}-{corruption}', seed)
    found = []
    for start in range(0, len(keys), BLOCK):  # the same rounding for every batch size
        part = slice(start, start + BLOCK)
        x = CORRUPTIONS[corruption](batch.images[part].astype(np.float32) / 255, keys[part], severity)
        found.append(np.round(np.clip(x, 0, 1) * 255).astype(np.uint8))
    return Occluded(np.concatenate(found))


def corruption_conditions(severities: tuple[int, ...], seed: int) -> list[Condition]:
    """A condition for each corruption and severity."""
    return [
        Condition(
            name=f'{name}-{severity}',
            section='corruptions',
            draw=partial(corrupt, corruption=name, severity=severity, seed=seed),
            facts=dict(corruption=name, severity=severity),
        )
        for name in CORRUPTIONS
        for severity in severities
    ]
