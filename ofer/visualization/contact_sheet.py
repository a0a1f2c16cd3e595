"""A sheet of faces, a row a name."""

import cv2
import numpy as np

Rows = list[tuple[str, list[np.ndarray]]]
"""Name of each row and its images, ``(H, W, 3)`` uint8 RGB."""

MARGIN = 78
"""Pixels at the left, for the names of the rows."""


def lay_out(rows: Rows, columns: int, cell: int) -> np.ndarray:
    """The sheet, ``(H, W, 3)`` uint8 RGB."""
    # Not torchvision's make_grid: it fills rows from left to right, with no place for names and for a row that is shorter.
    sheet = np.full((len(rows) * (cell + 2), MARGIN + columns * (cell + 2), 3), 255, np.uint8)
    for r, (name, images) in enumerate(rows):
        top = r * (cell + 2)
        cv2.putText(sheet, name, (4, top + cell // 2 + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (40, 40, 40), 1, cv2.LINE_AA)
        for c, image in enumerate(images):
            left = MARGIN + c * (cell + 2)
            sheet[top : top + cell, left : left + cell] = cv2.resize(image, (cell, cell), interpolation=cv2.INTER_AREA)
    return sheet


def without_grain(sheet: np.ndarray) -> np.ndarray:
    """The sheet, smoothed and in fewer levels: grain takes most of a .png's bytes."""
    smooth = cv2.bilateralFilter(sheet, 5, 14, 1.5).astype(np.int32)
    return np.minimum((smooth + 3) // 6 * 6, 255).astype(np.uint8)
