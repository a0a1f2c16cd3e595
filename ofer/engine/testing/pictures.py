"""Pictures of a test: confusion matrix, reliability diagram, sample predictions."""

from pathlib import Path

from torch.utils.data import Dataset

from ofer.evaluation import FERMetric
from ofer.visualization.confusion import draw_confusion_matrix, save_figure
from ofer.visualization.prediction_sheet import draw_prediction_sheet
from ofer.visualization.reliability import draw_reliability


def draw_test(folder: Path, name: str, metric: FERMetric, dataset: Dataset, most: int = 16) -> None:
    """Draw the confusion matrix, the reliability diagram and a sheet: the first images that are right, then those that are wrong."""
    save_figure(draw_confusion_matrix(metric.confusion_matrix, metric.classes, name), folder / f'{name}_confusion.png')
    save_figure(draw_reliability(*metric.reliability, name), folder / f'{name}_reliability.png')
    samples = list(enumerate(metric.predictions))
    chosen = [index for index, sample in samples if sample['pred_label'] == sample['gt_label']][:most]
    chosen += [index for index, sample in samples if sample['pred_label'] != sample['gt_label']][:most]
    images = [dataset[index]['inputs'] for index in chosen]
    images = [image[-1] if isinstance(image, (list, tuple)) else image for image in images]  # --tta: the last view is the image itself
    figure = draw_prediction_sheet(
        images,
        [metric.predictions[index]['gt_label'] for index in chosen],
        [metric.predictions[index]['pred_score'] for index in chosen],
        metric.classes,
    )
    save_figure(figure, folder / f'{name}_predictions.png')
