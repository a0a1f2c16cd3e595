"""Generates a hyperspectral scene: fields of several classes, each with a spectrum, mixed at their borders and with noise."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d

FIELDS = 6  # of each class
SMOOTHNESS = 4.0  # bands
BLUR = 0.7  # pixels, of a sensor
OWN = 0.2  # of the spectrum of a class, beside what it shares with its neighbour
VARIETY = 0.3  # of the spectrum of a field
LIGHT = 0.15  # deviation of the brightness over the scene


def generate_scene(
    size: int = 48, num_bands: int = 40, num_classes: int = 8, per_class: int = 20, noise: float = 0.5, seed: int = 0
) -> dict[str, NDArray]:
    """The content of a file as :func:`~ofer_dare_classification.scene_files.read_scene` reads it.

    Each pixel belongs to the field whose centre is nearest. The spectra of the classes are smooth curves, and those of two neighbouring
    numbers are alike. Fields of a class differ a little, brightness changes slowly over the scene, the sensor blurs, and each value has
    noise.

    Args:
        size: height and width, pixels.
        num_bands: ``B``.
        num_classes: number of classes.
        per_class: training pixels of each class; all others are for the test.
        noise: deviation of the noise of a value; the spectra have deviation 1 over the bands.
        seed: of all draws.

    Returns:
        ``input`` ``(size, size, B)`` float64, ``TR`` and ``TE`` ``(size, size)`` uint8, 0 = no label.

    Raises:
        ValueError: a class has too few pixels for ``per_class``.
    """
    rng = np.random.default_rng(seed)
    fields = np.repeat(np.arange(num_classes), FIELDS)
    centres = rng.uniform(0, size, (len(fields), 2))
    y, x = np.mgrid[:size, :size]
    distance = (y[..., None] - centres[:, 0]) ** 2 + (x[..., None] - centres[:, 1]) ** 2
    field = distance.argmin(2)
    labels = fields[field]
    own, shared = (_curves(rng, number, num_bands) for number in (num_classes, (num_classes + 1) // 2))
    spectra = shared[np.arange(num_classes) // 2] + OWN * own
    spectra = spectra[fields] + VARIETY * _curves(rng, len(fields), num_bands)
    light = 1 + LIGHT * _standard(gaussian_filter(rng.standard_normal((size, size)), size / 8))
    cube = gaussian_filter(spectra[field] * light[..., None], (BLUR, BLUR, 0)) + noise * rng.standard_normal((size, size, num_bands))
    train = np.zeros((size, size), np.uint8)
    for number in range(num_classes):
        pixels = np.flatnonzero(labels == number)
        if len(pixels) <= per_class:
            raise ValueError(f'class {number + 1} has {len(pixels)} pixels, too few for per_class={per_class}: raise size or change seed')
        train.flat[rng.choice(pixels, per_class, replace=False)] = number + 1
    test = np.where(train > 0, 0, labels + 1).astype(np.uint8)
    return {'input': cube, 'TR': train, 'TE': test}


def _curves(rng: np.random.Generator, number: int, num_bands: int) -> NDArray:
    """Smooth curves ``(number, num_bands)`` of mean 0 and deviation 1."""
    return _standard(gaussian_filter1d(rng.standard_normal((number, num_bands)), SMOOTHNESS, axis=1), axis=1)


def _standard(values: NDArray, axis: int | None = None) -> NDArray:
    return (values - values.mean(axis, keepdims=True)) / values.std(axis, keepdims=True)
