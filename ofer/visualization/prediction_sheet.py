"""A sheet of test images with their predictions."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from torch import Tensor


def draw_prediction_sheet(
    images: Sequence[Tensor], target: Sequence[int], scores: Sequence[Sequence[float]], classes: Sequence[str], columns: int = 8
) -> Figure:
    """Images in rows, each under its predicted class and probability; wrong ones in red with the true class.

    Args:
        images: uint8 RGB ``(3, H, W)``, as they enter the model.
        target: true class of each.
        scores: ``K`` probabilities for each.
        classes: ``K`` names.
        columns: images in a row.
    """
    # Not torchvision's make_grid: each image has a title, in black or red.
    rows = max(1, -(-len(images) // columns))
    figure = Figure(figsize=(1.5 * columns, 1.9 * rows), layout='constrained')
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis('off')
    for axes, image, true, score in zip(grid, images, target, scores, strict=False):
        predicted = max(range(len(score)), key=score.__getitem__)
        text = f'{classes[predicted]} {score[predicted]:.2f}'
        axes.imshow(image.permute(1, 2, 0).numpy())
        if predicted == true:
            axes.set_title(text, fontsize=8)
        else:
            axes.set_title(f'{text}\nis {classes[true]}', fontsize=8, color='red')
    return figure
