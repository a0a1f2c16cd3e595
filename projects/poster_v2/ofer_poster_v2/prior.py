"""Feature maps of the frozen landmark network at three strides."""

from torch import Tensor

from ofer.models import LandmarkPrior
from ofer.registry import MODELS


@MODELS.register_module()
class LandmarkPyramidPrior(LandmarkPrior):
    """:class:`~ofer.models.LandmarkPrior` that returns ``fine``, ``middle`` and ``coarse``, its maps at strides 4, 8 and 16."""

    def _extract(self, images: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        return dict(zip(('fine', 'middle', 'coarse'), self.network.maps(images), strict=True))
