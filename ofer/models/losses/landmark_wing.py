"""Wing loss: landmark regression with large gradients also for small errors (Feng et al., CVPR 2018, Eq. 5).

Between -omega and omega it is a logarithm, whose slope grows towards 0; outside, it is the absolute difference. Deviation: offsets are
shares of the image side, not pixels; the defaults correspond to 10 and 2 pixels of the paper on a face of about 100 pixels.
"""

import math

import torch
from torch import Tensor, nn

from ofer.registry import MODELS


def wing_loss(prediction: Tensor, target: Tensor, omega: float = 0.1, epsilon: float = 0.02) -> Tensor:
    """Wing loss of every coordinate.

    With ``d = |prediction - target|``::

        omega ln(1 + d / epsilon)                       d < omega
        d - omega + omega ln(1 + omega / epsilon)       else

    Args:
        prediction: any shape, shares of the image side.
        target: the same shape.
        omega: width of the logarithmic part, > 0.
        epsilon: its curvature, > 0; the slope at 0 is ``omega / epsilon``.

    Returns:
        The same shape; 0 for equal values.

    Raises:
        ValueError: shapes differ, or a width is not positive.
    """
    if prediction.shape != target.shape:
        raise ValueError(f'wing loss: prediction is {tuple(prediction.shape)} and target {tuple(target.shape)}')
    if omega <= 0 or epsilon <= 0:
        raise ValueError(f'wing loss: omega={omega} and epsilon={epsilon} must be positive')
    distance = (prediction - target).abs()
    offset = omega * math.log1p(omega / epsilon) - omega
    return torch.where(distance < omega, omega * torch.log1p(distance / epsilon), distance + offset)


@MODELS.register_module()
class WingLoss(nn.Module):
    """Mean of :func:`wing_loss` over images, points and coordinates.

    Args:
        omega: width of the logarithmic part, share of the image side.
        epsilon: its curvature, share of the image side.
        loss_weight: factor of the result.
    """

    def __init__(self, omega: float = 0.1, epsilon: float = 0.02, loss_weight: float = 1.0) -> None:
        super().__init__()
        if omega <= 0 or epsilon <= 0:
            raise ValueError(f'WingLoss: omega={omega} and epsilon={epsilon} must be positive')
        self.omega, self.epsilon, self.loss_weight = omega, epsilon, loss_weight

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Scalar loss of points ``(N, P, 2)``, shares of width and height."""
        return self.loss_weight * wing_loss(prediction, target, self.omega, self.epsilon).mean()
