"""What the page does with a video: frames are answered in small groups, so that other users have their turn in between."""

import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from ofer.inference.face_result import FaceResult
from ofer.inference.sources import Picture
from ofer.inference.tracked import TrackedStream
from ofer.inference.video import VideoError, VideoWriter, count_frames, pyav, read_video
from ofer.serving.limits import MB, ServingLimits
from ofer.serving.page.cards import message, save_links
from ofer.serving.page.inputs import Upload
from ofer.serving.queueing import BusyError
from ofer.serving.service import Service
from ofer.serving.uploads import plain_name
from ofer.visualization.annotated import draw_results
from ofer.visualization.timeline import Timeline

_TOGETHER = 4  # frames
_LARGEST_SIDE = 960  # of the copy, pixels


class VideoView(NamedTuple):
    """What the page shows; None: nothing at that place.

    Args:
        message: HTML: progress or outcome in a sentence.
        video: a copy with faces drawn in.
        timeline: ``(h, w, 3)`` uint8: expressions over time.
        links: HTML: links that save the results.
    """

    message: str = ''
    video: str | None = None
    timeline: np.ndarray | None = None
    links: str = ''


@dataclass(frozen=True)
class Plan:
    """Which frames of a video are answered.

    Args:
        every: every ``every``-th frame.
        frames: number of these, about.
    """

    every: int
    frames: int


def plan_video(path: Path, limits: ServingLimits) -> Plan:
    """Choose frames within the limits, from the header alone.

    Raises:
        VideoError: PyAV is missing, no video, too large, or too many pixels in a frame.
    """
    size = path.stat().st_size
    if size > limits.video_upload:
        raise VideoError(f'{size / MB:.1f} MB: the limit is {limits.video_upload / MB:g} MB')
    av = pyav()
    try:
        with av.open(str(path), metadata_errors='replace') as container:
            stream = container.streams.video[0]
            width, height, rate = stream.width, stream.height, float(stream.average_rate or 25)
    except (av.FFmpegError, OSError, IndexError, ValueError) as error:
        raise VideoError('damaged, or no video') from error
    if width * height > limits.pixels:
        raise VideoError(f'frames of {width} x {height} pixels: the limit is {limits.pixels / MB:g} megapixels')
    frames = min(count_frames(path) or limits.video_frames, max(1, math.ceil(rate * limits.video_seconds)))
    every = math.ceil(frames / limits.video_frames)
    return Plan(every, math.ceil(frames / every))


def video_views(service: Service, upload: Upload | None, model: str | None, folder: Path) -> Iterator[VideoView]:
    """Progress, and then the outcome.

    Args:
        service: that answers.
        upload: the video; None: there is nothing to do.
        model: name.
        folder: for the copy.
    """
    if upload is None or upload.path is None:
        yield VideoView()
        return
    name, limits = plain_name(upload.name), service.limits
    try:
        plan = plan_video(upload.path, limits)
        with service.worker.place(), VideoWriter(folder / 'annotated.mp4') as writer:
            results: list[FaceResult] = []
            timeline, note, done = Timeline(service.model(model).classes), '', 0
            yield VideoView(message(f'{name}: {plan.frames} frames to analyse.'))
            for picture, own in TrackedStream(_answered(service, model, upload.path, plan)):
                if picture.image is None:
                    note = f'It ends early: {picture.reason}.'
                    break
                writer.write(_smaller(draw_results(picture.image, own, enlarge=False)), picture.time or 0.0)
                timeline.add(own)
                results += [result.but(source=name) for result in own]
                done += 1
                if done % (2 * _TOGETHER) == 0:
                    yield VideoView(message(f'{name}: {done} of about {plan.frames} frames.'))
        if not results:
            raise VideoError(note or 'no frame could be read')
    except (VideoError, BusyError, ValueError, OSError) as error:
        yield VideoView(message(f'{name}: {error}.', 'error', 'Choose another video.'))
        return
    yield VideoView(
        message(_outcome(name, done, plan, results), 'note' if any(r.label for r in results) else 'warning', note),
        str(folder / 'annotated.mp4'),
        _picture(timeline, name),
        save_links(results, name),
    )


def _answered(service: Service, model: str | None, path: Path, plan: Plan) -> Iterator[tuple[Picture, list[FaceResult]]]:
    served, pictures = service.model(model), _frames(path, plan, service.limits)
    while group := list(islice(pictures, _TOGETHER)):
        yield from service.run(lambda group=group: served.answer(group, keep_images=True))  # type: ignore[misc]


def _frames(path: Path, plan: Plan, limits: ServingLimits) -> Iterator[Picture]:
    """Frames up to the limits; one without an image at the end if the file is damaged."""
    try:
        for count, frame in enumerate(read_video(path, plan.every)):
            if count >= limits.video_frames or frame.time > limits.video_seconds:
                return
            yield Picture('video', frame.image, frame.index, frame.time)
    except VideoError as error:
        yield Picture('video', reason=str(error))


def _outcome(name: str, done: int, plan: Plan, results: list[FaceResult]) -> str:
    persons: dict[int, Counter[str]] = {}
    for result in results:
        if result.track is not None and result.smoothed_label:
            persons.setdefault(result.track, Counter())[result.smoothed_label] += 1
    frames = f'{done} frames' if plan.every == 1 else f'{done} frames, every {plan.every}.'
    if not persons:
        return f'{name}: no face was found in {frames}.'
    told = [f'#{track} mostly {counts.most_common(1)[0][0]}' for track, counts in sorted(persons.items())[:6]]
    return f'{name}: {frames}, {len(persons)} {"person" if len(persons) == 1 else "persons"}: {", ".join(told)}.'


def _smaller(image: np.ndarray) -> np.ndarray:
    scale = _LARGEST_SIDE / max(image.shape[:2])
    return image if scale >= 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _picture(timeline: Timeline, name: str) -> np.ndarray:
    file = io.BytesIO()
    timeline.draw(name).savefig(file, format='png')
    return np.asarray(Image.open(file).convert('RGB'))
