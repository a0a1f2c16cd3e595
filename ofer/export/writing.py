"""Writes a graph as an ONNX or OpenVINO file with its description and checksum."""

import warnings
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import torch

from ofer.export.graphs import Graph
from ofer.extras import extra
from ofer.runtimes import Description
from ofer.runtimes.description import KEY
from ofer.runtimes.openvino_network import WEIGHTS_KEY, openvino
from ofer.runtimes.seal import BLANK, MARK, file_hash, seal

OPSET = 20
LARGEST = 2**31 - 2**20
"""Bytes of a file of protobuf, which ONNX files are."""


def onnx_package() -> ModuleType:
    """The package ``onnx``.

    Raises:
        ImportError: it is not installed.
    """
    return extra('onnx', 'onnx', 'exporting needs the package onnx')


@torch.no_grad()
def trace(graph: Graph, path: Path) -> None:
    """Write a graph as an ONNX file, for batches of any size.

    Args:
        graph: in evaluation mode.
        path: of the new file.

    Raises:
        ValueError: the network has an operation that ONNX does not have, or more than 2 GB of weights.
    """
    onnx_package()
    bytes_ = sum(p.numel() * p.element_size() for p in (*graph.parameters(), *graph.buffers()))
    if bytes_ > LARGEST:
        raise ValueError(f'{type(graph).__name__}: {bytes_ / 1e9:.1f} GB of weights, and an ONNX file holds 2 GB')
    names = [given.name for given in graph.inputs]
    axes = {name: {0: 'N'} for name in (*names, *graph.outputs)}
    for given in graph.inputs:
        axes[given.name] |= {i: f'side_{i}' for i, side in enumerate(given.shape, start=1) if side is None}
    example = tuple(given.example(2) for given in graph.inputs)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # the tracer warns of every number that it keeps; the check finds those that matter
        try:
            torch.onnx.export(
                graph.eval(), example, str(path), dynamo=False, opset_version=OPSET, input_names=names,
                output_names=list(graph.outputs), dynamic_axes=axes,
            )  # fmt: skip
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # of the exporter, or of the tracer
            first = (str(error) or type(error).__name__).splitlines()[0]
            raise ValueError(f'{type(graph).__name__}: the network cannot be exported ({first})') from error


def write_onnx(source: Path, description: Description, path: Path) -> None:
    """Copy a traced file with its description and checksum.

    Args:
        source: ``.onnx``.
        description: of the network.
        path: of the new file.
    """
    onnx = onnx_package()
    model = onnx.load(str(source))
    onnx.helper.set_model_props(model, {KEY: description.to_text(), MARK: BLANK})
    path.write_bytes(model.SerializeToString(deterministic=True))
    seal(path)


def write_openvino(source: Path, description: Description, path: Path) -> None:
    """Convert a traced file to ``.xml`` and ``.bin``, with its description and checksum.

    Args:
        source: ``.onnx``.
        description: of the network.
        path: of the new ``.xml`` file; the ``.bin`` file lies beside it.
    """
    library = openvino()
    model = library.Core().read_model(str(source))
    library.save_model(model, str(path), compress_to_fp16=False)
    model = library.Core().read_model(str(path))
    model.set_rt_info(description.to_text(), KEY)
    model.set_rt_info(file_hash(path.with_suffix('.bin')), WEIGHTS_KEY)
    model.set_rt_info(BLANK, MARK)
    content = path.with_suffix('.writing.xml')
    library.serialize(model, str(content), str(content.with_suffix('.bin')))
    if file_hash(content.with_suffix('.bin')) != file_hash(path.with_suffix('.bin')):  # its numbers are those that were hashed
        raise ValueError(f'{path}: OpenVINO {library.__version__} writes other weights each time')
    content.with_suffix('.bin').unlink()
    content.replace(path)
    seal(path)


def with_results(description: Description, **results: object) -> Description:
    """A description with the results of the checks."""
    values = asdict(description) | results
    return Description(**values)
