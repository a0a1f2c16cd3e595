"""Abstention: results that are not reliable."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits for abstention. Beyond any of them the inferencer marks the label as not reliable.

    Args:
        probability: minimum calibrated probability of the label.
        occluded: maximum occluded share of the face.
        size: minimum side of the box in the image, pixels.

    Raises:
        ValueError: a share outside [0, 1], or a negative size.
    """

    probability: float = 0.4
    occluded: float = 0.6
    size: float = 16.0

    def __post_init__(self) -> None:
        if not (0 <= self.probability <= 1 and 0 <= self.occluded <= 1 and self.size >= 0):
            raise ValueError(f'{self}: probability and occluded are shares in [0, 1], size is not negative')


def abstention(limits: Limits, probability: float, occluded: float | None, side: float | None) -> str | None:
    """Reason to abstain; None if the result is within all limits.

    Args:
        limits: see there.
        probability: of the label.
        occluded: share of the face; None if unknown.
        side: of the box, pixels; None if unknown.

    >>> abstention(Limits(), probability=0.3, occluded=0.1, side=100)
    'uncertain: the most probable expression has 30 %'
    """
    reasons = []
    if side is not None and side < limits.size:
        reasons.append(f'small: {side:.0f} pixels')
    if occluded is not None and occluded > limits.occluded:
        reasons.append(f'occluded: {100 * occluded:.0f} % of the face')
    if probability < limits.probability:
        reasons.append(f'uncertain: the most probable expression has {100 * probability:.0f} %')
    return '; '.join(reasons) or None
