"""What the page does with a photo, and with a picture of the camera."""

from typing import NamedTuple

import numpy as np

from ofer.inference.face_result import UNREADABLE, FaceResult
from ofer.inference.outputs import fine_crop
from ofer.inference.sources import Picture
from ofer.serving.page.cards import cards, largest_first, message, save_links, summary
from ofer.serving.page.inputs import Upload
from ofer.serving.queueing import BusyError
from ofer.serving.service import Service
from ofer.serving.uploads import TYPES
from ofer.visualization.annotated import draw_results
from ofer.visualization.face_panel import face_panel

MOST_ROWS = 6
"""Faces in the panel."""
CARD_SIZE = 144
"""Of the face on a card, pixels."""
_NO_FACE = 'Try a picture in which the face is larger, better lit, or less turned away.'


class PhotoView(NamedTuple):
    """What the page shows; None: nothing at that place.

    Args:
        message: HTML: the outcome in a sentence.
        drawn: ``(H, W, 3)`` uint8, the photo with faces drawn in.
        cards: HTML: a card for each face.
        panel: ``(h, w, 3)`` uint8: what the networks saw in each face.
        links: HTML: links that save the results.
    """

    message: str = ''
    drawn: np.ndarray | None = None
    cards: str = ''
    panel: np.ndarray | None = None
    links: str = ''


def photo_view(service: Service, upload: Upload | None, model: str | None) -> PhotoView:
    """Answer a photo in its turn."""
    if upload is None:
        return PhotoView()
    try:
        with service.worker.place():
            [(picture, results)] = service.wait(service.predict([(upload.name, upload.read())], model, explain=True, keep_images=True))
    except (BusyError, ValueError, OSError) as error:
        return PhotoView(message(str(error), 'error'))
    if picture.image is None:
        return _unreadable(picture.source, results[0])
    faces = [result for result in results if result.label is not None]
    if not faces:
        detail = _NO_FACE if results[0].box is None else str(results[0].reason)
        return PhotoView(message('No face was found.', 'warning', detail), picture.image, links=save_links(results, picture.source))
    return PhotoView(
        message(f'Found {summary(results)}.', detail=picture.note or ''),
        draw_results(picture.image, results),
        cards([_close_up(picture.image, result, CARD_SIZE) for result in results]),
        panel_of(picture, faces),
        save_links(results, picture.source),
    )


def camera_view(service: Service, upload: Upload | None, model: str | None) -> tuple[np.ndarray | None, str]:
    """The picture of a camera with faces drawn in, and the cards of its faces or a message."""
    if upload is None:
        return None, ''
    try:
        with service.worker.place():
            [(picture, results)] = service.wait(service.predict([('camera', upload.read())], model, keep_images=True))
    except (BusyError, ValueError, OSError) as error:
        return None, message(str(error), 'error')
    if picture.image is None:
        return None, _unreadable('camera', results[0]).message
    found = any(result.label is not None for result in results)
    return draw_results(picture.image, results), cards(results) if found else message('No face was found.', 'warning')


def panel_of(picture: Picture, faces: list[FaceResult], size: int = 160) -> np.ndarray:
    """Landmarks, occlusion, attention and probabilities of the largest faces, at the resolution of the photo."""
    image = picture.image
    assert image is not None
    return face_panel([_close_up(image, face, size) for face in largest_first(faces)[:MOST_ROWS]], size)


def _close_up(image: np.ndarray, face: FaceResult, size: int) -> FaceResult:
    """With a crop of the photo; that of the network is small, and grey for some networks."""
    return face if face.corners is None else face.but(crop=fine_crop(image, face, size))


def _unreadable(name: str, result: FaceResult) -> PhotoView:
    assert result.status == UNREADABLE
    kinds = ', '.join(TYPES)
    return PhotoView(message(f'{name} could not be read: {str(result.reason).rstrip(".")}.', 'error', f'Choose another picture ({kinds}).'))
