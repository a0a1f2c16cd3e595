"""The layout of the page, and which function answers which event."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from ofer.serving.limits import MB
from ofer.serving.page.inputs import Upload, unread
from ofer.serving.page.photo import camera_view, photo_view
from ofer.serving.page.video import video_views
from ofer.serving.service import Service

_HEAD = """<header class="head"><h1>Facial expressions, also of covered faces</h1>
<p>Each face gets its most probable expression, calibrated probabilities, and the parts that are occluded. An expression is what a face
shows, not what a person feels. Pictures stay on this server, which deletes them within 20 minutes.
<a href="docs" target="_blank">API for programs</a></p></header>"""
_DELETED = (300, 900)  # uploads are looked through every 5 minutes, and those of 15 minutes are deleted
BUTTONS = ['download', 'fullscreen']
_STREAM_EVERY, _STREAM_LIMIT = 0.5, 300  # seconds


def build_page(service: Service) -> gr.Blocks:
    """The page of a service."""
    names, limits = list(service.models), service.limits
    with gr.Blocks(title='ofer', analytics_enabled=False, delete_cache=_DELETED, fill_width=True) as page:
        with gr.Row(equal_height=False):
            with gr.Column(scale=4, min_width=320):
                gr.HTML(_HEAD)
            with gr.Column(scale=1, min_width=200):
                model = gr.Dropdown(names, value=service.default, label='Model', elem_id='model', interactive=len(names) > 1)
        with gr.Tab('Photo', id='photo'):
            _photo_tab(service, model, f'JPEG, PNG, WebP, GIF or BMP, up to {limits.upload / MB:g} MB')
        with gr.Tab('Camera', id='camera'):
            _camera_tab(service, model)
        with gr.Tab('Video', id='video'):
            _video_tab(service, model, f'up to {limits.video_upload / MB:g} MB; the first {limits.video_seconds:g} s are analysed')
    return page


def _photo_tab(service: Service, model: gr.Dropdown, hint: str) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=320):
            photo = unread(
                gr.Image(
                    label='Photo',
                    placeholder=f'# Drop a photo here, or click\n{hint}',
                    sources=['upload', 'webcam', 'clipboard'],
                    elem_id='photo-input',
                    height=340,
                ),
                'photo',
            )
            message = gr.HTML(elem_id='photo-message')
            links = gr.HTML(elem_id='photo-links')
        with gr.Column(scale=3, min_width=320):
            drawn = gr.Image(label='Faces', interactive=False, buttons=BUTTONS, format='jpeg', elem_id='photo-drawn', visible=False)
    cards = gr.HTML(elem_id='photo-cards')
    panel = gr.Image(label='What the networks saw', interactive=False, buttons=BUTTONS, format='png', elem_id='photo-panel', visible=False)

    def answer(upload: Upload | None, name: str) -> list[Any]:
        view = photo_view(service, upload, name)
        return [view.message, shown(view.drawn), view.cards, shown(view.panel), view.links]

    # A removed photo is an input too; asked a second time by `photo.clear`, one answer could come after that to the next photo.
    gr.on(
        [photo.input, model.change],
        answer,
        [photo, model],
        [message, drawn, cards, panel, links],
        trigger_mode='always_last',
        api_visibility='private',
    )


def _camera_tab(service: Service, model: gr.Dropdown) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=320):
            camera = unread(gr.Image(label='Camera', sources=['webcam'], streaming=True, elem_id='camera-input', height=340), 'camera')
        with gr.Column(scale=3, min_width=320):
            drawn = gr.Image(label='Faces', interactive=False, buttons=[], format='jpeg', elem_id='camera-drawn', visible=False)
    cards = gr.HTML(elem_id='camera-cards')

    def answer(upload: Upload | None, name: str) -> list[Any]:
        image, text = camera_view(service, upload, name)
        return [shown(image), text]

    camera.stream(
        answer,
        [camera, model],
        [drawn, cards],
        stream_every=_STREAM_EVERY,
        time_limit=_STREAM_LIMIT,
        show_progress='hidden',
        api_visibility='private',
    )


def _video_tab(service: Service, model: gr.Dropdown, hint: str) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=320):
            video = unread(gr.Video(label='Video', sources=['upload', 'webcam'], elem_id='video-input'), 'video')
            gr.HTML(f'<p class="small">A video {hint}.</p>')
            start = gr.Button('Analyse the video', variant='primary', elem_id='video-start')
            message = gr.HTML(elem_id='video-message')
            links = gr.HTML(elem_id='video-links')
        with gr.Column(scale=3, min_width=320):
            copy = gr.Video(label='Faces', interactive=False, elem_id='video-copy', visible=False)
    timeline = gr.Image(label='Expressions over time', interactive=False, buttons=BUTTONS, elem_id='video-timeline', visible=False)

    def answer(upload: Upload | None, name: str) -> Iterator[list[Any]]:
        with TemporaryDirectory(prefix='ofer-video-') as folder:  # the page has its own copy when the next step is asked for
            for view in video_views(service, upload, name, Path(folder)):
                yield [view.message, shown(view.video), shown(view.timeline), view.links]

    start.click(answer, [video, model], [message, copy, timeline, links], show_progress='minimal', api_visibility='private')


def shown(value: Any) -> Any:
    """Show a component with a value; hide it without one."""
    return gr.update(value=value, visible=value is not None)
