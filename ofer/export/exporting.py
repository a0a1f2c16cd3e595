"""From a network to a checked file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ofer.export.checking import ACCURACY_BOUND, TOLERANCE, DisagreementError, Labelled, correct, largest_difference, read_crop
from ofer.export.graphs import Graph
from ofer.export.quantizing import quantize
from ofer.export.writing import trace, with_results, write_onnx, write_openvino
from ofer.inference.answering import Recogniser
from ofer.inference.exported import ExportedRecogniser
from ofer.runtimes import CLASSIFIER, Description, open_network

FORMATS = {'onnx': '.onnx', 'openvino': '.xml'}
"""Suffix of each format."""
CALIBRATED_ON = 256
"""Images from which the ranges of activations are taken."""


@dataclass(frozen=True)
class Task:
    """A network to export.

    Args:
        graph: in evaluation mode.
        description: of the file.
        recogniser: of a classifier, for the accuracy; None for other networks.
    """

    graph: Graph
    description: Description
    recogniser: Recogniser | None = None


def export_task(
    task: Task,
    path: Path,
    calibration: Sequence[str] = (),
    faces: Labelled | None = None,
    bound: float = ACCURACY_BOUND,
    int8: bool = False,
) -> Description:
    """Write a network as a file, and compare it with the network before the file appears.

    Args:
        task: what to export.
        path: ``.onnx``, or ``.xml`` for OpenVINO.
        calibration: image files for ``int8``.
        faces: labelled faces; None: accuracy is not compared.
        bound: points of accuracy by which the file may differ from the network.
        int8: compute in 8-bit integers.

    Returns:
        The description in the file, with the results of the comparison.

    Raises:
        DisagreementError: outputs of a float32 file differ by more than :data:`~ofer.export.checking.TOLERANCE`, or the accuracy by more
            than ``bound``.
        ValueError: unknown suffix, ``int8`` without images or for another network than a classifier, or a network that cannot be exported.
    """
    if path.suffix not in FORMATS.values():
        raise ValueError(f'{path}: exported files end in {" or ".join(FORMATS.values())}')
    if int8 and task.description.kind != CLASSIFIER:
        raise ValueError(f'int8 is for classifiers, whose accuracy decides whether the file is written: a {task.description.kind} has none')
    if int8 and not calibration:
        raise ValueError('int8 needs calibration images: give a folder of cropped faces (--data)')
    write = write_onnx if path.suffix == '.onnx' else write_openvino
    path.parent.mkdir(parents=True, exist_ok=True)
    task.graph.eval()
    with TemporaryDirectory(dir=path.parent, prefix='.export-') as folder:
        traced, made = Path(folder) / 'traced.onnx', Path(folder) / path.name
        trace(task.graph, traced)
        description = with_results(task.description, precision='int8' if int8 else 'float32')
        if int8:
            quantize(traced, quantized := Path(folder) / 'int8.onnx', _batches(task.graph, calibration))
            traced = quantized
        write(traced, description, made)
        network = open_network(made, description.kind)
        difference = largest_difference(task.graph, network)
        if not int8 and not difference <= TOLERANCE:  # NaN too
            raise DisagreementError(f'{path.name}: outputs differ from those of torch by {difference:.2g}; {TOLERANCE} is allowed')
        accuracy = _accuracy(task, made, faces, bound)
        del network
        write(traced, with_results(description, difference=difference, accuracy=accuracy), made)
        for file in (made.with_suffix('.bin'), made):  # the description last: who finds it finds both
            if file.exists():
                file.replace(path.with_name(file.name))
    return open_network(path, description.kind).description


def _accuracy(task: Task, made: Path, faces: Labelled | None, bound: float) -> dict[str, float]:
    if faces is None or task.recogniser is None:
        return {}
    exported = ExportedRecogniser(made)
    before, after = (100 * float(correct(one, faces, exported.aligner.size).mean()) for one in (task.recogniser, exported))
    if abs(after - before) > bound:
        raise DisagreementError(
            f'{made.name}: {after:.2f} % of {len(faces.labels)} faces are right, of the network {before:.2f} %: a difference of more than '
            f'{bound} points'
        )
    return {'torch': before, 'exported': after, 'faces': float(len(faces.labels))}


def _batches(graph: Graph, paths: Sequence[str], size: int = 8) -> list[dict[str, np.ndarray]]:
    """Calibration images as inputs of a graph, spread evenly over the files."""
    chosen = [paths[i] for i in np.unique(np.linspace(0, len(paths) - 1, min(len(paths), CALIBRATED_ON)).astype(int))]
    side = graph.inputs[0].shape[0] or 128
    crops = [read_crop(path, side) for path in chosen]
    batches = []
    for begin in range(0, len(crops), size):
        images = np.stack(crops[begin : begin + size])
        if len(graph.inputs[0].shape) == 2:  # grey
            images = np.round(images @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        others = {given.name: given.example(len(images)).numpy() for given in graph.inputs[1:]}
        batches.append({graph.inputs[0].name: images, **others})
    return batches
