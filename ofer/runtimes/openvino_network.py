"""Runs exported networks by OpenVINO (extra ``openvino``)."""

import os
from pathlib import Path
from types import ModuleType

import numpy as np

from ofer.extras import extra
from ofer.runtimes.description import KEY, Description
from ofer.runtimes.seal import check_seal, file_hash

WEIGHTS_KEY = 'ofer_weights'
"""Name of the SHA-256 of the ``.bin`` file in the metadata of the ``.xml`` file."""


def openvino() -> ModuleType:
    """The library.

    Raises:
        ImportError: it is not installed.
    """
    return extra('openvino', 'openvino', "backend='openvino' needs OpenVINO")


class OpenVINONetwork:
    """A network in an ``.xml`` file with its ``.bin``, or in an ``.onnx`` file, on the CPU.

    Args:
        path: of the file.
        precision: ``'float32'``, or ``'bfloat16'`` on processors that have it.
        threads: None: ``OMP_NUM_THREADS``, or else as many as there are cores.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it was altered, is of another version, or cannot be read.
        ImportError: OpenVINO is not installed.
    """

    def __init__(self, path: Path, precision: str = 'float32', threads: int | None = None) -> None:
        library = openvino()
        check_seal(path)
        core = library.Core()
        try:
            model = core.read_model(str(path))
        except RuntimeError as error:
            raise ValueError(f'{path}: OpenVINO {library.__version__} cannot read it ({error}). Export it again.') from error
        self.description = Description.from_text(_metadata(model, KEY, path), path)
        if path.suffix == '.xml':
            weights = path.with_suffix('.bin')
            if file_hash(weights) != _metadata(model, WEIGHTS_KEY, path):
                raise ValueError(f'{weights}: damaged or altered: not the weights that {path.name} states. Copy both again.')
        threads = threads or int(os.environ.get('OMP_NUM_THREADS', 0))
        options = {'INFERENCE_PRECISION_HINT': {'float32': 'f32', 'bfloat16': 'bf16'}[precision]}
        if threads:
            options['INFERENCE_NUM_THREADS'] = str(threads)
        self.model = core.compile_model(model, 'CPU', options)
        self.request = self.model.create_infer_request()

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs by name."""
        found = self.request.infer(inputs)
        return {name: np.array(found[i]) for i, name in enumerate(self.description.outputs)}


def _metadata(model: object, key: str, path: Path) -> str | None:
    """An entry of the metadata, of an ``.xml`` or ``.onnx`` file."""
    place = ['framework', key] if path.suffix == '.onnx' else [key]
    return model.get_rt_info(place).astype(str) if model.has_rt_info(place) else None  # type: ignore[attr-defined]
