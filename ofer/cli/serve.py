"""Serve the inferencer over HTTP: an API for programs, and a page with photos, camera and videos for the browser.

    ofer serve
    ofer serve --port 8080 --no-page
    ofer serve --also mine work_dirs/mine.py work_dirs/mine.pth

The page is at http://127.0.0.1:8000/, the description of the API at http://127.0.0.1:8000/docs. Only this machine can reach the server.
--host opens it to others: it has no passwords and no encryption, so put a web server that has them in front. Ctrl-C stops it.
"""

import argparse
from typing import TYPE_CHECKING

from ofer.cli.inference import add_network_arguments, build_inferencer
from ofer.cli.options import at_least

if TYPE_CHECKING:
    from ofer.serving.limits import ServingLimits
    from ofer.serving.served import ServedModel

MB = 1_000_000
NEEDED = ('fastapi', 'fastapi_offline', 'uvicorn', 'multipart')
"""Packages of the extra ``web``; the page needs Gradio too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('--host', default='127.0.0.1', help='address to listen at; 0.0.0.0 for all (default: %(default)s)')
    parser.add_argument('--port', type=at_least(0), default=8000, help='0 for any free one (default: %(default)s)')
    parser.add_argument(
        '--allow-host',
        nargs='+',
        default=[],
        metavar='NAME',
        help='names in the addresses of clients (default: any, or those of the loopback)',
    )
    parser.add_argument('--no-page', action='store_true', help='the API alone, without the page; does not need Gradio')
    parser.add_argument(
        '--also',
        nargs=3,
        action='append',
        default=[],
        metavar=('NAME', 'MODEL', 'WEIGHTS'),
        help='a further model to choose from, as --model and --weights, under a name; may be repeated',
    )
    limits = parser.add_argument_group('limits')
    limits.add_argument('--max-upload', type=at_least(1), default=20, metavar='MB', help='images of a request (default: %(default)s MB)')
    limits.add_argument(
        '--max-pixels', type=at_least(1), default=50, metavar='MP', help='pixels of an image (default: %(default)s million)'
    )
    limits.add_argument('--max-images', type=at_least(1), default=16, metavar='N', help='images of a request (default: %(default)s)')
    limits.add_argument('--max-faces', type=at_least(1), default=100, metavar='N', help='of an image, the largest (default: %(default)s)')
    limits.add_argument('--max-seconds', type=at_least(1), default=60, metavar='S', help='to an answer (default: %(default)s)')
    limits.add_argument('--queue', type=at_least(1), default=64, metavar='N', help='requests in process at a time (default: %(default)s)')
    limits.add_argument('--max-video', type=at_least(1), default=100, metavar='MB', help='a video (default: %(default)s MB)')
    limits.add_argument('--max-video-seconds', type=at_least(1), default=60, metavar='S', help='of a video (default: %(default)s)')
    limits.add_argument('--max-frames', type=at_least(1), default=300, metavar='N', help='of a video, evenly spaced (default: %(default)s)')
    add_network_arguments(parser)


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    check_installed(page=not args.no_page)

    from ofer.serving.server import is_loopback, serve
    from ofer.serving.service import Service

    limits = serving_limits(args)

    def ready(address: str) -> None:
        page = '' if args.no_page else f'page: {address}/   '
        print(f'{page}API: {address}/docs   models: {", ".join(service.models)}   (Ctrl-C stops the server)', flush=True)
        if not is_loopback(args.host):
            print('Other machines can reach this server. It has no passwords and no encryption.', flush=True)

    service = Service(served_models(args, limits), limits)
    serve(service, args.host, args.port, not args.no_page, args.allow_host, ready)


def check_installed(page: bool) -> None:
    """Check that the packages of the extra are installed.

    Raises:
        ImportError: one is missing.
    """
    from importlib.util import find_spec

    missing = [name for name in (*NEEDED, *(['gradio'] if page else [])) if find_spec(name) is None]
    if missing:
        raise ImportError(f"ofer serve needs {', '.join(missing)}. Run: pip install 'ofer[web]'")


def serving_limits(args: argparse.Namespace) -> 'ServingLimits':
    """The limits of the arguments."""
    from ofer.serving.limits import ServingLimits

    return ServingLimits(
        upload=args.max_upload * MB,
        images=args.max_images,
        pixels=args.max_pixels * MB,
        faces=args.max_faces,
        seconds=args.max_seconds,
        waiting=args.queue,
        video_upload=args.max_video * MB,
        video_seconds=args.max_video_seconds,
        video_frames=args.max_frames,
    )


def served_models(args: argparse.Namespace, limits: 'ServingLimits') -> 'list[ServedModel]':
    """The model of ``--model``, and those of ``--also``."""
    from pathlib import Path

    from ofer.serving.served import ServedModel

    chosen = [(Path(args.model).stem, args.model, args.weights), *args.also]
    shared = dict(vars(args), allow_urls=False)
    return [
        ServedModel.of(name, build_inferencer(argparse.Namespace(**shared | dict(model=model, weights=weights))), limits)
        for name, model, weights in chosen
    ]
