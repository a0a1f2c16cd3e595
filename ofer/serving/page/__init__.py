"""The page for the browser: photos, camera, videos (Gradio)."""

from pathlib import Path
from typing import TYPE_CHECKING

import gradio

from ofer.serving.page.layout import build_page
from ofer.serving.service import Service

if TYPE_CHECKING:
    from fastapi import FastAPI

FONTS = dict(font=['system-ui', 'sans-serif'], font_mono=['ui-monospace', 'monospace'])
"""Fonts of the user's system: Gradio's own come from another server."""


def mount_page(app: 'FastAPI', service: Service) -> 'FastAPI':
    """Mount the page of a service at ``/``."""
    blocks = build_page(service)
    limits = service.limits
    blocks.queue(max_size=limits.waiting, default_concurrency_limit=limits.waiting, api_open=False)
    return gradio.mount_gradio_app(
        app,
        blocks,
        '/',
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=max(limits.video_upload, limits.upload),
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=gradio.themes.Default(primary_hue='blue', **FONTS),
        css_paths=[Path(__file__).with_name('page.css')],
    )
