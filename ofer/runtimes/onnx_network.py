"""Runs exported networks by onnxruntime (extra ``onnx``)."""

import os
from pathlib import Path
from types import ModuleType

import numpy as np

from ofer.extras import extra
from ofer.runtimes.description import KEY, Description
from ofer.runtimes.seal import check_seal


def onnxruntime() -> ModuleType:
    """The library.

    Raises:
        ImportError: it is not installed.
    """
    return extra('onnxruntime', 'onnx', "backend='onnx' needs onnxruntime")


class ONNXNetwork:
    """A network in an ``.onnx`` file, on the CPU.

    Args:
        path: of the file.
        threads: None: ``OMP_NUM_THREADS``, or else as many as there are cores.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it was altered, is of another version, or cannot be read.
        ImportError: onnxruntime is not installed.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        library = onnxruntime()
        check_seal(path)
        options = library.SessionOptions()
        options.log_severity_level = 3
        # Otherwise the idle threads of one network keep the cores busy that the next network needs.
        options.add_session_config_entry('session.intra_op.allow_spinning', '0')
        options.intra_op_num_threads = threads or int(os.environ.get('OMP_NUM_THREADS', 0))
        try:
            self.session = library.InferenceSession(str(path), options, providers=['CPUExecutionProvider'])
        except Exception as error:  # the library's errors have no common base of their own
            raise ValueError(f'{path}: onnxruntime {library.__version__} cannot read it ({error}). Export it again.') from error
        self.description = Description.from_text(self.session.get_modelmeta().custom_metadata_map.get(KEY), path)

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs by name."""
        return dict(zip(self.description.outputs, self.session.run(None, inputs), strict=True))
