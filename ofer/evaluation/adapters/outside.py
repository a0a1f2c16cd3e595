"""Tools of other projects as adapters: their answers by the names of ofer, from this Python or from that of another environment.

A module of a tool, such as ``face_api.py``, has ``NAMES``, its classes under its own names, and ``load(files)``, which returns a function
from images ``(N, H, W, 3)`` uint8 RGB to probabilities ``(N, K)``. It imports nothing of ofer, so that it also runs where the tool is
installed and ofer is not: the dependencies of a tool may conflict with those of ofer.
"""

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

from ofer.categories import canonical_expression
from ofer.evaluation.adapters.elsewhere import Elsewhere

TOOLS = {'fer': 'fer_package', 'face-api': 'face_api', 'deepface': 'deepface_package', 'emotiefflib': 'emotiefflib_package'}
"""Module of each tool."""


class OutsideTool:
    """The recogniser of another project, asked for cropped faces.

    ``tool(images)`` gives probabilities ``(N, K)`` for images ``(N, H, W, 3)`` uint8 RGB, in the order of ``tool.classes``.

    Args:
        name: one of :data:`TOOLS`.
        files: folder of its weights, for tools that are installed without them.
        python: interpreter of the environment in which the tool is installed; None: this one.

    Raises:
        ValueError: an unknown name.
        ImportError: the tool is not installed; the message has the command.
        FileNotFoundError: the weights are missing.
        RuntimeError: the other Python cannot be run, or the tool cannot be loaded there.
    """

    def __init__(self, name: str, files: str | Path | None = None, python: str | Path | None = None) -> None:
        if name not in TOOLS:
            raise ValueError(f'{name}: there is no adapter of this tool. Choose one of {", ".join(TOOLS)}.')
        module = import_module(f'ofer.evaluation.adapters.{TOOLS[name]}')
        self.name = name
        self.trained_on: tuple[str, ...] = module.TRAINED_ON
        self.classes: Sequence[str] = known_names(module.NAMES, name)
        self._answer: Callable[[np.ndarray], np.ndarray] = (
            module.load(files) if python is None else Elsewhere(name, Path(str(module.__file__)), files, python)
        )

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Probabilities ``(N, K)`` float64."""
        return np.asarray(self._answer(images), np.float64)


def fer() -> OutsideTool:
    """``fer``; the environment variable ``OFER_FER_PYTHON`` names the Python in which it is installed, if that is another one."""
    return OutsideTool('fer', python=os.environ.get('OFER_FER_PYTHON'))


def face_api() -> OutsideTool:
    """``face-api``; the environment variable ``OFER_FACE_API`` names the folder of its weights."""
    return OutsideTool('face-api', files=os.environ.get('OFER_FACE_API'))


def deepface() -> OutsideTool:
    """``deepface``; the environment variable ``OFER_DEEPFACE_PYTHON`` names the Python in which it is installed, if that is another one."""
    return OutsideTool('deepface', python=os.environ.get('OFER_DEEPFACE_PYTHON'))


def emotiefflib() -> OutsideTool:
    """``emotiefflib``; the environment variable ``OFER_EMOTIEFFLIB_PYTHON`` names the Python in which it is installed, if that is another
    one.
    """
    return OutsideTool('emotiefflib', python=os.environ.get('OFER_EMOTIEFFLIB_PYTHON'))


def known_names(names: Sequence[str], tool: str) -> tuple[str, ...]:
    """The classes of a tool under the names of ofer, in the tool's order.

    Raises:
        ValueError: an expression has a name that ofer does not know.
    """
    found = {name: canonical_expression(name) for name in names}
    unknown = [name for name, ours in found.items() if ours is None]
    if unknown:
        raise ValueError(f'{tool}: unknown expressions {", ".join(unknown)}')
    return tuple(str(ours) for ours in found.values())
