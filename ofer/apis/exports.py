"""Export of networks by name, config or file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.apis.named_weights import DEFAULT, pretrained, weights_file
from ofer.runtimes import CLASSIFIER, FACE_DETECTOR, INPAINTER, LANDMARKS, OCCLUSION_DETECTOR, Description
from ofer.runtimes.seal import file_hash

if TYPE_CHECKING:
    from ofer.export.exporting import Task
    from ofer.inference.recogniser import Recogniser


def export_model(
    model: str | Path,
    weights: str | Path | None = None,
    out: str | Path = 'model.onnx',
    *,
    int8: bool = False,
    data: str | Path | None = None,
    images: int | None = None,
    bound: float | None = None,
) -> Description:
    """Export a network to a file that runs without torch, and check that it computes the same.

    Classifiers (ORSANet with its priors, Latent-OFER, and all others), detectors of occlusion, inpainters, the face detector and landmark
    networks can be exported. Scale, colour order, size, mean and deviation of the images are part of the graph.

    Args:
        model: ``'default'``, a name of weights such as ``'face_detector'``, one of :func:`ofer.list_models`, or a config file.
        weights: checkpoint; None: the weights of the package.
        out: the new file: ``.onnx``, or ``.xml`` for OpenVINO, which has its weights in a ``.bin`` file beside it.
        int8: compute in 8-bit integers; needs ``data``.
        data: folder or zip archive of cropped faces, with a folder for each class: for the ranges of 8-bit integers, and to compare the
            accuracy of a classifier.
        images: number of faces for the comparison, drawn at random; None: all.
        bound: points of accuracy by which the file may differ; None: 0.5.

    Returns:
        What the file states about itself, with the greatest difference of an output and the accuracies.

    Raises:
        ofer.export.checking.DisagreementError: the file does not compute the same; it is not written.
        ValueError: the network cannot be exported.
        FileNotFoundError: a file does not exist.
        ImportError: ``onnx``, ``onnxruntime`` or ``openvino`` is not installed.

    Examples:
        >>> export_model('landmarks', out='landmarks.onnx').kind
        'landmark network'
    """
    from ofer.export.checking import ACCURACY_BOUND, labelled_faces
    from ofer.export.exporting import export_task
    from ofer.files.archive import list_images

    task = _task(model, weights)
    faces = None
    calibration: Sequence[str] = ()
    if data is not None:
        calibration = [f'{data}/{name}' for name in list_images(data)]
        if task.recogniser is not None:
            faces = labelled_faces(data, task.description.classes, images)
    return export_task(task, Path(out), calibration, faces, ACCURACY_BOUND if bound is None else bound, int8)


def _task(model: str | Path, weights: str | Path | None) -> 'Task':
    from ofer.export.exporting import Task
    from ofer.export.graphs import FaceDetectorGraph, InpainterGraph, OcclusionGraph
    from ofer.models import FaceDetector, HybridInpainter, LandmarkDetector, OcclusionDetector

    if model == 'default' and weights is None:
        model = 'recogniser'
    if weights is None and isinstance(model, str) and model in pretrained():
        weights = weights_file(DEFAULT, model)
    file = None if weights is None else weights_file(weights, model)
    name = Path(model).stem
    stated: dict[str, Any] = dict(name=name, weights=file_hash(file) if file is not None else '')
    if _states_network(file):
        return _landmarks(file, stated)
    network, size = _built(model, file)
    if isinstance(network, LandmarkDetector):
        return _landmarks(file, stated)
    if isinstance(network, FaceDetector):
        return Task(FaceDetectorGraph(network), Description(FACE_DETECTOR, outputs=FaceDetectorGraph.outputs, **stated))
    if isinstance(network, (OcclusionDetector, HybridInpainter)):
        if size is None:
            raise ValueError(f'{model}: the config does not state the size of its images')
        detects = isinstance(network, OcclusionDetector)
        graph: Any = OcclusionGraph(network, size) if detects else InpainterGraph(network, size)
        return Task(graph, Description(OCCLUSION_DETECTOR if detects else INPAINTER, outputs=graph.outputs, **stated))
    return _classifier(model, file, stated)


def _states_network(file: Path | None) -> bool:
    """Whether a file is that of a landmark network, which states its input format itself."""
    from ofer.weights import read_weights

    return file is not None and file.suffix == '.safetensors' and 'network' in read_weights(file)[1]


def _landmarks(file: Path | None, stated: dict[str, Any]) -> 'Task':
    from ofer.export.exporting import Task
    from ofer.export.graphs import LandmarkGraph
    from ofer.faces.landmark_network import LandmarkNetwork

    if file is None:
        raise ValueError('a landmark network is exported with its weights: give its checkpoint')
    found = LandmarkNetwork(file)
    graph = LandmarkGraph(found.prior, found.aligner.size)
    return Task(graph, Description(LANDMARKS, outputs=graph.outputs, aligner=found.aligner.describe(), **stated))


def _built(model: str | Path, file: Path | None) -> tuple[Any, int | None]:
    """The model with its weights, and the size of its images."""
    from mmengine.config import Config

    from ofer.apis.models import get_model
    from ofer.engine.config import image_size, read_config
    from ofer.shipped import config_files, find_config

    if isinstance(model, str) and model in (*pretrained(), 'default') and model not in config_files():
        return (get_model(model, file) if model != 'default' else None), None
    config: Config = read_config(model if isinstance(model, Path) or model.endswith('.py') else find_config(model))
    kind = config.model.type
    if kind not in ('FaceDetector', 'LandmarkDetector', 'OcclusionDetector', 'HybridInpainter'):
        return None, None  # a classifier, which load_recogniser builds
    if file is None:
        raise ValueError(f'{model}: give its weights: without them its answers would be random')
    size = image_size(config) if kind in ('OcclusionDetector', 'HybridInpainter') else None
    return get_model(config, file), size


def _classifier(model: str | Path, file: Path | None, stated: dict[str, Any]) -> 'Task':
    from ofer.apis.recognisers import load_recogniser
    from ofer.export.exporting import Task
    from ofer.export.graphs import ClassifierGraph

    recogniser = load_recogniser(model, file)
    graph = ClassifierGraph(recogniser, resized_to(recogniser, model))
    description = Description(
        CLASSIFIER,
        outputs=graph.outputs,
        **stated,
        classes=recogniser.classes,
        aligner=recogniser.aligner.describe(),
        temperature=recogniser.temperature,
        occlusion_thresholds=recogniser.occlusion_thresholds,
    )
    return Task(graph, description, recogniser)


def resized_to(recogniser: 'Recogniser', model: str | Path) -> int | None:
    """The size to which the transforms of a recogniser resize its crops; None if there are no transforms.

    Raises:
        ValueError: another transform.

    Example:
        >>> from types import SimpleNamespace
        >>> resized_to(SimpleNamespace(transforms=()), 'plain.py') is None
        True
    """
    size = None
    for transform in recogniser.transforms:
        scale = getattr(transform, 'scale', None)
        if type(transform).__name__ != 'Resize' or not scale or scale[0] != scale[1]:
            raise ValueError(f'{model}: the test pipeline has {transform}, and only Resize to a square can be exported.')
        size = int(scale[0])
    return size
