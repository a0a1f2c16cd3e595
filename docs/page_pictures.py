"""Pictures of the page of ``ofer serve`` for the documentation, taken in Chromium: docs/serve_1280.webp and docs/serve_390.webp."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DOCS = Path(__file__).resolve().parent
WIDTHS = {1280: 2100, 390: 3000}
"""Width of the window, and height of the picture at most, pixels."""


def main() -> None:
    """Start a server, take the pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--browser', default='chromium', metavar='FILE', help='Chromium (default: %(default)s)')
    parser.add_argument('--to', type=Path, default=DOCS, metavar='DIR', help='folder (default: docs)')
    args = parser.parse_args()

    import io
    import shutil
    from tempfile import TemporaryDirectory

    from PIL import Image
    from playwright.sync_api import sync_playwright

    from ofer.serving.local import local_server
    from ofer.visualization.panel import save_image

    with TemporaryDirectory() as folder, local_server() as (address, _), sync_playwright() as playwright:
        photo = Path(folder) / 'astronaut.png'
        save_image(photo, two_astronauts())
        browser = playwright.chromium.launch(executable_path=shutil.which(args.browser), args=['--no-sandbox'])
        for width, height in WIDTHS.items():
            page = browser.new_page(viewport=dict(width=width, height=900))
            page.goto(address)
            page.wait_for_selector('#photo-input input[type=file]', state='attached')
            page.set_input_files('#photo-input input[type=file]', str(photo))
            page.wait_for_function('document.querySelector("#photo-panel img")?.naturalWidth > 300')
            page.wait_for_timeout(1000)  # until the last fade ends
            picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert('RGB')
            picture.crop((0, 0, width, min(height, picture.height))).save(args.to / f'serve_{width}.webp', quality=80, method=6)
        browser.close()


def two_astronauts() -> 'np.ndarray':
    """A photograph (NASA, public domain) beside itself with a mask drawn over nose and mouth."""
    import numpy as np

    import ofer
    from ofer.demos.photographs import photographs, with_mask

    image = photographs()[0].image
    landmarks = ofer.FERInferencer()(image, color='rgb')[0].landmarks
    assert landmarks is not None
    return np.hstack([image[:384], with_mask(image, landmarks)[:384]])


if __name__ == '__main__':
    main()
