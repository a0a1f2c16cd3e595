"""Gradio's inputs for photos and videos, without its own decoding: the server checks an upload before anything reads it."""

import base64
import binascii
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import gradio


class Upload(NamedTuple):
    """An uploaded file.

    Args:
        name: as the user knows it.
        path: of the uploaded copy; None if ``content`` came with the event.
        content: of the file.
    """

    name: str
    path: Path | None
    content: bytes

    def read(self) -> bytes:
        """The content of the file."""
        return self.content if self.path is None else self.path.read_bytes()


def received(payload: Any, name: str) -> Upload | None:
    """The upload of an event of the page.

    Args:
        payload: Gradio's description of the file.
        name: where it states none.
    """
    if payload is None:
        return None
    if payload.path:
        return Upload(payload.orig_name or name, Path(payload.path), b'')
    head, _, text = str(payload.url or '').partition(',')
    try:
        return Upload(name, None, base64.b64decode(text, validate=True) if head.startswith('data:') else b'')
    except (binascii.Error, ValueError):
        return Upload(name, None, b'')


def unread(component: gradio.components.Component, name: str) -> Any:
    """Let an input component give uploaded files as they are, see :func:`received`.

    The method of the instance is replaced: Gradio writes a file beside the source of every subclass of its components.

    Args:
        component: an input for images or videos.
        name: of files that have none.
    """
    component.preprocess = partial(received, name=name)
    return component
