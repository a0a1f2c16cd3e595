"""The reliability diagram: accuracy of a classifier by its confidence."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike


def draw_reliability(samples: ArrayLike, confidence: ArrayLike, accuracy: ArrayLike, title: str = '') -> Figure:
    """Accuracy over confidence in bins of equal width on [0, 1], and below it the share of samples in each bin.

    A bar is the accuracy of a bin; the red part is its distance to the mean confidence of the bin, which the expected calibration error
    averages.

    Args:
        samples: ``(B,)`` how many each bin holds.
        confidence: ``(B,)`` mean probability of the predicted class; unused where a bin is empty.
        accuracy: ``(B,)`` share that is right; unused where a bin is empty.
        title: above the picture.

    Raises:
        ValueError: the three have different lengths, or there are no samples.
    """
    samples, confidence, accuracy = np.asarray(samples), np.asarray(confidence), np.asarray(accuracy)
    if not samples.shape == confidence.shape == accuracy.shape or samples.ndim != 1 or not samples.sum():
        raise ValueError(f'expected three lists of one length and samples, got {samples.shape}, {confidence.shape}, {accuracy.shape}')
    width, full = 1 / len(samples), samples > 0
    left = (np.arange(len(samples)) * width)[full]
    shares, confidence, accuracy = samples[full] / samples.sum(), confidence[full], accuracy[full]
    gap = accuracy - confidence
    figure = Figure(figsize=(5, 6.2), layout='constrained')
    bars, sizes = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    bars.bar(left, accuracy, width, align='edge', color='#4c78a8', edgecolor='white', label='right')
    bars.bar(left, -gap, width, accuracy, align='edge', color='#e45756', alpha=0.5, edgecolor='#e45756', label='off from confidence')
    bars.plot([0, 1], [0, 1], '--', color='grey', linewidth=1)
    ece = 100 * (shares * np.abs(gap)).sum()
    overall = 100 * (shares * accuracy).sum(), 100 * (shares * confidence).sum()
    text = f'ECE {ece:.1f} %\naccuracy {overall[0]:.1f} %\nconfidence {overall[1]:.1f} %'
    bars.text(0.96, 0.04, text, ha='right', transform=bars.transAxes, bbox={'facecolor': 'white', 'edgecolor': 'lightgrey'})
    bars.legend(loc='upper left')
    bars.set(xlim=(0, 1), ylim=(0, 1), ylabel='share that is right', title=title)
    sizes.bar(left, shares, width, align='edge', color='grey', edgecolor='white')
    sizes.set(xlabel='probability of the predicted class', ylabel='share of samples')
    return figure
