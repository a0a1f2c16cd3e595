"""The frames of a camera, live."""

import time
from collections.abc import Iterator

import cv2

from ofer.inference.sources.picture import Picture, Reading


def camera_pictures(name: str, number: int, reading: Reading) -> Iterator[Picture]:
    """Frames of a camera until it ends or the user stops.

    Args:
        name: of the input, for the results.
        number: of the camera, as OpenCV counts them.
        reading: how inputs are read.
    """
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # a missing camera is reported once, by the picture's reason
    camera = cv2.VideoCapture(number)
    cv2.utils.logging.setLogLevel(level)
    try:
        if not camera.isOpened():
            yield Picture(name, reason=f'there is no camera {number}, or another program uses it')
            return
        begin, index = time.monotonic(), 0
        while True:
            good, image = camera.read()
            if not good:
                return
            if index % reading.every == 0:
                yield Picture(name, cv2.cvtColor(image, cv2.COLOR_BGR2RGB), index, time.monotonic() - begin, live=True)
            index += 1
    finally:
        camera.release()
