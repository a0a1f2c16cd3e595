"""Limits of the server: what one request may cost."""

from dataclasses import dataclass, fields

MB = 1_000_000


@dataclass(frozen=True)
class ServingLimits:
    """Limits of uploads and of the queue.

    Args:
        upload: size of the images of a request, bytes.
        images: number of images of a request.
        pixels: of an image, or of a frame of a video; checked in the header, before anything is decoded.
        faces: of an image; the largest are kept.
        seconds: time in which a request has to arrive, and then to be answered, waiting included.
        waiting: number of requests in process at a time; further ones are answered with status 503.
        video_upload: size of a video, bytes.
        video_seconds: of a video, from its start, that are analysed.
        video_frames: of a video, evenly spaced, that are analysed.

    Raises:
        ValueError: a limit that is not positive.

    >>> ServingLimits(faces=0)
    Traceback (most recent call last):
    ValueError: faces=0: expected a limit above 0
    """

    upload: int = 20 * MB
    images: int = 16
    pixels: int = 50_000_000
    faces: int = 100
    seconds: float = 60.0
    waiting: int = 64
    video_upload: int = 100 * MB
    video_seconds: float = 60.0
    video_frames: int = 300

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise ValueError(f'{field.name}={value}: expected a limit above 0')
