"""The data sample that every stage passes on."""

from mmpretrain.structures import DataSample


class FaceSample(DataSample):
    """One face: what is known of it and what was predicted.

    Fields of :class:`mmpretrain.structures.DataSample` keep their meaning: ``gt_label`` and ``pred_label`` ``(1,)`` class index,
    ``gt_score`` ``(K,)`` vote distribution (soft label), ``pred_score`` ``(K,)`` probabilities. Those that this library adds:

    * ``gt_landmarks``, ``pred_landmarks``: ``(68, 2)`` float, x and y as shares of image width and height, 300-W order.
    * ``gt_parsing``, ``pred_parsing``: ``(H, W)`` int64, LaPa class 0..10 (see :data:`ofer.datasets.categories.PARSING_CLASSES`).
    * ``gt_occlusion``: ``(H, W)`` bool, True = occluded.

    Metadata: ``img_path``, ``sample_idx``, ``ori_shape``, ``img_shape``.
    """
