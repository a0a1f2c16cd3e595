"""Workarounds for limitations of other packages; all of them are here.

* Checkpoints of mmengine contain its log buffers, which ``torch.load(weights_only=True)`` refuses. :func:`safe_globals` allows exactly the
  classes that mmengine writes, and nothing that can run code.
* :func:`load_checkpoint` reads all files for mmengine (resume, ``load_from``, ``init_cfg``), local or from the web, so that a refusal names
  the file and the refused content. Other sources that mmengine supports are refused: it would run code from a file.
* ``_base_ = 'ofer::NAME.py'`` inherits a config of the package.
* mmengine formats the same config several times in a run; the text is kept.
* The multimodal part of mmpretrain can raise on import with recent transformers releases; it is switched off.
* The older ONNX exporter of torch lacks an operation of spectral norm.
* mmcv-lite warns about compiled operators that nothing here uses.
"""

import warnings

warnings.filterwarnings('ignore', message='Fail to import ``MultiScaleDeformableAttention``', category=UserWarning)

import mmpretrain.utils.dependency  # noqa: E402

mmpretrain.utils.dependency.WITH_MULTIMODAL = False

from ofer.compat import config_text, mmengine_readers, onnx_export, shipped_bases  # noqa: E402
from ofer.compat.allowed import safe_globals  # noqa: E402
from ofer.compat.checkpoints import UnsafeCheckpointError, load_checkpoint  # noqa: E402
from ofer.compat.wrappers import unwrap_state_dict  # noqa: E402

__all__ = [
    'UnsafeCheckpointError',
    'config_text',
    'load_checkpoint',
    'mmengine_readers',
    'onnx_export',
    'safe_globals',
    'shipped_bases',
    'unwrap_state_dict',
]
