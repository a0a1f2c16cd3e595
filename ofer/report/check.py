"""Checks an installation, or another implementation of the protocol, by reference values of three models on drawn faces.

Two models are plain arithmetic, so that another implementation can have them in a few lines: ``nearest_mean`` and ``projection``. The
third is the network of the package. For each condition the reference has the number of right answers of each model; for conditions that
only cover pixels also the SHA-256 of the drawn images.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ofer.report.assembly import Job, make_report
from ofer.report.entries import Entry, OfCallable, OfRecogniser
from ofer.report.faces import Faces, read_faces
from ofer.report.protocols import VERSION, Batch, Choice, choose_conditions
from ofer.report.randomness import image_keys, normal

FILE = Path(__file__).with_name('reference.json')
IMAGES, SIZE, TRAINING = 64, 48, 140
SECTIONS = ('clean', 'artificial', 'objects', 'regions', 'corruptions')
TOLERANCE = 1
"""Right answers by which arithmetic may differ, where two answers are equally likely but for rounding."""
NETWORK_TOLERANCE = 3
"""Right answers by which the network may differ: libraries round differently."""


class NearestMean:
    """The class whose mean of 140 drawn training faces is nearest: ``softmax(-d / 200)`` of the mean squared distances."""

    def __init__(self) -> None:
        from ofer.datasets import SyntheticFaces

        drawn = SyntheticFaces('train', length=TRAINING, size=SIZE)
        items = [drawn[index] for index in range(TRAINING)]
        images = np.stack([item['img'] for item in items]).astype(np.float64)
        labels = np.array([item['gt_label'] for item in items])
        self.classes = drawn.classes
        self.means = np.stack([images[labels == label].mean(0) for label in range(len(self.classes))])

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Probabilities ``(N, 7)``."""
        distance = np.stack([((images - mean) ** 2).mean((1, 2, 3)) for mean in self.means], 1)
        return _softmax(-distance / 200)


class Projection:
    """A fixed random projection: the green channel in cells of 4 x 4 pixels, minus its mean, times normal numbers, over 500."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.classes = classes
        cells = (SIZE // 4) ** 2
        self.weights = normal(image_keys(list(classes), 'projection'), cells).T.astype(np.float64)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Probabilities ``(N, 7)``."""
        cells = images[..., 1].reshape(len(images), SIZE // 4, 4, SIZE // 4, 4).mean((2, 4)).reshape(len(images), -1)
        return _softmax((cells - cells.mean(1, keepdims=True)) @ self.weights / 500)


def check_faces() -> Faces:
    """The drawn faces of the check: the first 64 of the test split, 48 pixels."""
    from ofer.datasets import SyntheticFaces

    return read_faces(SyntheticFaces('test', length=IMAGES, size=SIZE))


def measured_values(load_network: Callable[[], Any] | None) -> dict[str, Any]:
    """What :data:`FILE` holds, measured here.

    Args:
        load_network: loads the recogniser of the package; None: only the arithmetic is measured.
    """
    from ofer.weights import SHIPPED

    faces = check_faces()
    choice = Choice(SECTIONS, quick=True)
    entries = [
        Entry('nearest_mean', OfCallable('nearest_mean', NearestMean(), faces.classes)),
        Entry('projection', OfCallable('projection', Projection(faces.classes), faces.classes)),
    ]
    reference = None if load_network is None else Entry('network', OfRecogniser('network', load_network))
    if reference is not None:
        entries.append(reference)
    with TemporaryDirectory() as folder:
        report = make_report(Job(faces, entries, choice, Path(folder), reference))
    names = {condition['name'] for condition in report['conditions']}
    values: dict[str, dict[str, int]] = {entry.name: {} for entry in entries}
    for section in report['sections'].values():
        for cell in section['cells']:
            of_network = cell['facts'].get('order') == 'reference' and cell['model'] != 'network'
            if cell['metric'] == 'accuracy' and cell['condition'] in names and not of_network:
                values[cell['model']][cell['condition']] = round(cell['value'] * cell['n'])
    return {
        'protocol': VERSION,
        'faces_sha256': faces.digest,
        'network_sha256': None if load_network is None else SHIPPED['recogniser'],
        'images_sha256': drawn_hashes(faces, choice),
        'right_answers': values,
    }


def drawn_hashes(faces: Faces, choice: Choice) -> dict[str, str]:
    """SHA-256 of the drawn images of the conditions that only cover pixels, and need no network for it."""
    batch = Batch(faces.names, faces.images, faces.landmarks)
    return {
        condition.name: hashlib.sha256(condition.draw(batch).images.tobytes()).hexdigest()
        for condition in choose_conditions(choice)
        if condition.importance is None and condition.section in ('clean', 'artificial', 'regions')
    }


def deviations(measured: Mapping[str, Any], reference: Mapping[str, Any]) -> list[str]:
    """Where measured values differ from the reference, a sentence each; empty if the check is passed."""
    found = []
    if measured['protocol'] != reference['protocol']:
        return [f'protocol {measured["protocol"]}, and the reference is of {reference["protocol"]}']
    if measured['faces_sha256'] != reference['faces_sha256']:
        found.append('the drawn faces differ in some pixels (another version of OpenCV draws lines differently)')
    else:
        for name, expected in reference['images_sha256'].items():
            if measured['images_sha256'].get(name) != expected:
                found.append(f'{name}: other pixels are covered')
    for model, counts in measured['right_answers'].items():
        if model == 'network' and measured['network_sha256'] != reference['network_sha256']:
            found.append('the network of the package is not that of the reference: ofer report --check --update writes its values')
            continue
        tolerance = NETWORK_TOLERANCE if model == 'network' else TOLERANCE
        for name, expected in reference['right_answers'][model].items():
            if abs(counts.get(name, -IMAGES) - expected) > tolerance:
                found.append(f'{model}, {name}: {counts.get(name)} of {IMAGES} right, expected {expected}')
    return found


def read_reference() -> dict[str, Any]:
    """The reference values of the package."""
    return json.loads(FILE.read_text(encoding='utf-8'))


def write_reference(measured: Mapping[str, Any]) -> None:
    """Replace the reference values of the package."""
    FILE.write_text(json.dumps(measured, indent=1) + '\n', encoding='utf-8')


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
