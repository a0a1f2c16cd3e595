"""Opens exported networks with the library that runs them."""

from pathlib import Path
from typing import Protocol

import numpy as np

from ofer.runtimes.description import EXPORTED, Description

BACKENDS = ('onnx', 'openvino')
"""Libraries that run exported networks: onnxruntime and OpenVINO."""

PRECISIONS = ('float32', 'bfloat16')


class Network(Protocol):
    """An open network."""

    description: Description

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs by name."""


def open_network(
    path: str | Path, kind: str, backend: str | None = None, precision: str = 'float32', threads: int | None = None
) -> Network:
    """Open an exported file after checking it.

    Args:
        path: ``.onnx`` or, for OpenVINO, ``.xml`` with its ``.bin`` beside it.
        kind: of the network, see :class:`~ofer.runtimes.Description`.
        backend: ``'onnx'`` or ``'openvino'``, which reads both formats; None: by the suffix.
        precision: of the computation: ``'float32'``, or ``'bfloat16'`` with OpenVINO on processors that have it.
        threads: of the CPU; None: the library decides.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it was altered, is of another version or kind, or the backend cannot run it.
        ImportError: the library is not installed.
    """
    path = Path(path)
    if path.suffix not in EXPORTED:
        raise ValueError(f'{path}: expected an exported network, {" or ".join(EXPORTED)}')
    backend = backend or ('onnx' if path.suffix == '.onnx' else 'openvino')
    if backend not in BACKENDS:
        raise ValueError(f'backend={backend!r}: choose one of {", ".join(BACKENDS)}')
    check_precision(backend, precision)
    network: Network
    if backend == 'onnx':
        from ofer.runtimes.onnx_network import ONNXNetwork

        if path.suffix != '.onnx':
            raise ValueError(f"{path}: backend='onnx' reads .onnx files. Choose backend='openvino', or `ofer export --format onnx`.")
        network = ONNXNetwork(path, threads)
    else:
        from ofer.runtimes.openvino_network import OpenVINONetwork

        network = OpenVINONetwork(path, precision, threads)
    network.description.check(path, kind)
    return network


def check_precision(backend: str, precision: str) -> None:
    """Check that a backend computes in a precision.

    Raises:
        ValueError: it does not.

    >>> check_precision('openvino', 'mixed')
    Traceback (most recent call last):
    ValueError: precision='mixed': openvino has float32, bfloat16; mixed is for backend='torch'
    """
    if precision not in PRECISIONS:
        other = "; mixed is for backend='torch'" if precision == 'mixed' else ''
        raise ValueError(f'precision={precision!r}: {backend} has {", ".join(PRECISIONS)}{other}')
    if backend == 'onnx' and precision != 'float32':
        raise ValueError(
            f"precision={precision!r}: onnxruntime has only that of the file. Choose backend='openvino', or `ofer export --int8`."
        )
