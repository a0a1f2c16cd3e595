"""The one place that knows about other packages' rough edges.

* mmengine's checkpoints carry its log buffers, which ``torch.load(weights_only=True)`` refuses. :func:`safe_globals` allows exactly what
  mmengine writes, and nothing that can run code.
* Whatever mmengine reads (resume, ``load_from``, ``init_cfg``), from a local file or from the web, goes through :func:`load_checkpoint`, so
  that a refusal names the file and what it carries. Other places that mmengine knows are refused: it would run what a file carries.
* ``_base_ = 'ofer::NAME.py'`` inherits a config of the package.
* mmpretrain's multimodal part can raise on import with recent transformers releases; it is switched off.
* mmcv-lite warns about compiled operators that nothing here uses.
"""

import warnings

warnings.filterwarnings('ignore', message='Fail to import ``MultiScaleDeformableAttention``', category=UserWarning)

import mmpretrain.utils.dependency  # noqa: E402

mmpretrain.utils.dependency.WITH_MULTIMODAL = False

from ofer.compat import mmengine_readers, shipped_bases  # noqa: E402
from ofer.compat.allowed import safe_globals  # noqa: E402
from ofer.compat.checkpoints import UnsafeCheckpointError, load_checkpoint  # noqa: E402
from ofer.compat.wrappers import unwrap_state_dict  # noqa: E402

__all__ = ['UnsafeCheckpointError', 'load_checkpoint', 'mmengine_readers', 'safe_globals', 'shipped_bases', 'unwrap_state_dict']
