"""When an answer should not be relied on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Beyond any of these the inferencer abstains: it still gives the label, marked as not to be relied on.

    Args:
        probability: least calibrated probability of the label.
        occluded: greatest occluded share of the face.
        size: least side of the box in the image, pixels.

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
    """Why to abstain; None where nothing speaks against the answer.

    Args:
        limits: see there.
        probability: of the label.
        occluded: share of the face; None where it is unknown.
        side: of the box, pixels; None where it is unknown.

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
