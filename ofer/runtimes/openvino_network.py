"""Runs exported networks by OpenVINO (extra ``openvino``).

One image is computed by all threads together. A batch is cut into parts that are computed side by side, each by threads of its own, which
need not wait for each other after every layer.
"""

import os
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

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
        self.threads = threads or int(os.environ.get('OMP_NUM_THREADS', 0))
        self.options = {
            'INFERENCE_PRECISION_HINT': {'float32': 'f32', 'bfloat16': 'bf16'}[precision],
            'ENABLE_CPU_PINNING': 'NO',  # with it, the threads of every process are bound to the same first cores
        }
        if self.threads:
            self.options['INFERENCE_NUM_THREADS'] = str(self.threads)
        self.model, self.core = model, core
        self.alone = self._requests('LATENCY')[0]

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs by name."""
        size = len(next(iter(inputs.values())))
        if size == 1 or self.threads == 1:
            return self._outputs(self.alone.infer(inputs))
        requests = self.beside[: min(size, len(self.beside))]
        parts = {name: np.array_split(values, len(requests)) for name, values in inputs.items()}
        for i, request in enumerate(requests):
            request.start_async({name: cut[i] for name, cut in parts.items()})
        for request in requests:
            request.wait()
        found = [self._outputs(request.results) for request in requests]
        return {name: np.concatenate([outputs[name] for outputs in found]) for name in self.description.outputs}

    @cached_property
    def beside(self) -> list[Any]:
        """Requests that are computed side by side; compiled with the first batch."""
        return self._requests('THROUGHPUT')

    def _requests(self, hint: str) -> list[Any]:
        compiled = self.core.compile_model(self.model, 'CPU', self.options | {'PERFORMANCE_HINT': hint})
        number = compiled.get_property('OPTIMAL_NUMBER_OF_INFER_REQUESTS')
        return [compiled.create_infer_request() for _ in range(number)]

    def _outputs(self, found: Any) -> dict[str, np.ndarray]:
        return {name: np.array(found[i]) for i, name in enumerate(self.description.outputs)}


def _metadata(model: object, key: str, path: Path) -> str | None:
    """An entry of the metadata, of an ``.xml`` or ``.onnx`` file."""
    place = ['framework', key] if path.suffix == '.onnx' else [key]
    return model.get_rt_info(place).astype(str) if model.has_rt_info(place) else None  # type: ignore[attr-defined]
