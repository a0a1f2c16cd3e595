"""Pictures of a page of ``ofer report`` for the documentation, taken in Chromium: docs/occlusion_report_{top,curves,regions,phone}.webp."""

import argparse
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from playwright.sync_api import Page

DOCS = Path(__file__).resolve().parent
PARTS = {'top': ('html', 1000), 'curves': ('#artificial', 1260), 'regions': ('#regions', 910)}
"""Part of the page, and height of its picture at most, pixels."""
PHONE = ('html', '#real', '#regions')
PHONE_HEIGHT, GAP = 1400, 20


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('report', type=Path, help='report.html')
    parser.add_argument('--browser', default='chromium', metavar='FILE', help='Chromium (default: %(default)s)')
    parser.add_argument('--to', type=Path, default=DOCS, metavar='DIR', help='folder (default: docs)')
    args = parser.parse_args()

    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(args.browser), args=['--no-sandbox'])
        wide, narrow = (browser.new_page(viewport=dict(width=width, height=900)) for width in (1280, 390))
        for page in (wide, narrow):
            page.goto(args.report.resolve().as_uri())
            overflow = page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
            if overflow > 0:
                raise SystemExit(f'{args.report}: {overflow} pixels wider than the window')
        for name, (place, height) in PARTS.items():
            save(picture(wide, place, height), args.to / f'occlusion_report_{name}.webp')
        phone = Image.new('RGB', (len(PHONE) * (390 + GAP) - GAP, PHONE_HEIGHT), 'white')
        for number, place in enumerate(PHONE):
            phone.paste(picture(narrow, place, PHONE_HEIGHT), (number * (390 + GAP), 0))
        save(phone, args.to / 'occlusion_report_phone.webp')
        browser.close()


def picture(page: 'Page', place: str, height: int) -> 'Image.Image':
    """The page from the top of an element on."""
    from PIL import Image

    top = page.evaluate('place => document.querySelector(place).getBoundingClientRect().top + window.scrollY', place)
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert('RGB')
    return whole.crop((0, int(top), whole.width, min(int(top) + height, whole.height)))


def save(image: 'Image.Image', path: Path) -> None:
    """As WebP."""
    image.save(path, quality=60, method=6)


if __name__ == '__main__':
    main()
