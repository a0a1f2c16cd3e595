"""The page in a real browser (Chromium without a window): photos, a corrupt upload, a photo without a face, a camera, a video."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

sync_api = pytest.importorskip('playwright.sync_api', reason="needs Playwright: pip install 'ofer[dev]'")
data = pytest.importorskip('skimage.data', reason="needs a photograph: pip install 'ofer[demo]'")

WIDTHS = (1280, 390)
SECONDS = 40_000  # in milliseconds; the cores are shared with other tests


def chromium_file(playwright: 'sync_api.Playwright') -> str:
    """Chromium of the system, or that of Playwright."""
    found = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), playwright.chromium.executable_path)
    if not Path(found).is_file():
        pytest.skip('there is no Chromium: apt-get install chromium, or playwright install chromium')
    return found


@pytest.fixture(scope='module')
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portrait, a picture without a face, a file that is no picture, and the portrait as the picture of a camera."""
    folder = tmp_path_factory.mktemp('photographs')
    portrait = np.ascontiguousarray(data.astronaut()[..., ::-1])
    cv2.imwrite(str(folder / 'portrait.jpg'), portrait)
    cv2.imwrite(str(folder / 'stripes.png'), np.tile(np.repeat([60, 200], 20), (300, 10)).astype(np.uint8))
    (folder / 'broken.jpg').write_bytes((folder / 'portrait.jpg').read_bytes()[:5000])
    cv2.imwrite(str(folder / 'camera.jpg'), cv2.resize(portrait, (640, 480)))
    (folder / 'camera.mjpeg').write_bytes((folder / 'camera.jpg').read_bytes())
    return folder


@pytest.fixture(scope='module')
def browser(photographs: Path) -> Iterator['sync_api.Browser']:
    with sync_api.sync_playwright() as playwright:
        camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
        camera.append(f'--use-file-for-fake-video-capture={photographs / "camera.mjpeg"}')
        options = ['--no-sandbox', *camera]  # a container's root has no sandbox
        found = playwright.chromium.launch(executable_path=chromium_file(playwright), args=options)
        yield found
        found.close()


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: 'sync_api.Browser', address: str) -> Iterator['sync_api.Page']:
    """The page in a width, which asks no other server."""
    asked: list[str] = []
    context = browser.new_context(viewport=dict(width=request.param, height=900), accept_downloads=True)
    found = context.new_page()
    found.set_default_timeout(SECONDS)
    found.on('request', lambda made: asked.append(made.url))
    found.goto(address)
    found.wait_for_selector('#photo-input input[type=file]', state='attached')
    yield found
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith((address, 'data:', 'blob:'))] == []


REMOVE = '#photo-input button[aria-label*="Remove"], #photo-input button[aria-label="Clear"]'


def upload(page: 'sync_api.Page', file: Path) -> None:
    remove = page.locator(REMOVE)
    if remove.count():
        remove.first.click()
    page.set_input_files('#photo-input input[type=file]', file)


def said(page: 'sync_api.Page', text: str) -> None:
    page.wait_for_selector(f'#photo-message:has-text("{text}")')


def test_photos_good_and_bad(page: 'sync_api.Page', photographs: Path) -> None:
    upload(page, photographs / 'portrait.jpg')
    said(page, 'Found 1 face: happiness')
    card = page.locator('#photo-cards .card')
    assert card.count() == 1
    assert card.locator('h3').inner_text().startswith('happiness')
    assert {'happiness', 'neutral', 'anger', 'mouth', 'eyes'} <= set(card.locator('dt').all_inner_texts())
    for picture in ('#photo-drawn img', '#photo-panel img'):
        page.wait_for_function(f'document.querySelector("{picture}")?.naturalWidth > 300')
    with page.expect_download() as download:
        page.click('#photo-links a:has-text("JSON")')
    [row] = json.loads(Path(download.value.path()).read_text())
    assert download.value.suggested_filename == 'portrait.json'
    assert row['label'] == 'happiness'
    with page.expect_download() as download:
        page.click('#photo-links a:has-text("CSV")')
    assert 'portrait.jpg,0,,0,1,face' in Path(download.value.path()).read_text()

    upload(page, photographs / 'broken.jpg')
    said(page, 'broken.jpg could not be read: cut off (5000 bytes).')
    assert card.count() == 0
    upload(page, photographs / 'stripes.png')
    said(page, 'No face was found.')
    page.click('#model input')
    page.get_by_role('option', name='again').click()  # another model answers the same picture
    upload(page, photographs / 'portrait.jpg')
    said(page, 'Found 1 face: happiness')
    assert page.input_value('#model input') == 'again'
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')  # nothing sticks out


def test_a_removed_photo_takes_its_results_along_in_one_event(page: 'sync_api.Page', photographs: Path) -> None:
    upload(page, photographs / 'portrait.jpg')
    said(page, 'Found 1 face: happiness')
    events: list[str] = []
    page.on('request', lambda made: events.append(made.url) if '/queue/join' in made.url else None)
    page.locator(REMOVE).first.click()
    for part in ('#photo-message', '#photo-cards', '#photo-links', '#photo-drawn', '#photo-panel'):
        page.wait_for_function(f'!document.querySelector("{part}")?.innerText')
    assert page.locator('#photo-drawn:visible, #photo-panel:visible').count() == 0
    assert len(events) == 1


def test_a_camera(page: 'sync_api.Page') -> None:
    page.get_by_role('tab', name='Camera').click()
    page.locator('#camera-input').get_by_text('Click to Access Webcam').click()
    page.locator('#camera-input').get_by_role('button', name='Record').or_(
        page.locator('#camera-input button:has-text("Record")')
    ).first.click()
    page.wait_for_selector('#camera-cards .card h3:has-text("happiness")')


def test_a_video(page: 'sync_api.Page', photographs: Path, tmp_path: Path) -> None:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    portrait = data.astronaut()
    with VideoWriter(tmp_path / 'clip.mp4') as writer:
        for index in range(8):
            writer.write(np.roll(portrait, 4 * index, axis=1), index / 10)
    page.get_by_role('tab', name='Video').click()
    page.set_input_files('#video-input input[type=file]', tmp_path / 'clip.mp4')
    page.wait_for_selector('#video-input video')
    page.click('#video-start')
    page.wait_for_selector('#video-message:has-text("#0 mostly happiness")')
    page.wait_for_selector('#video-copy video', state='attached')
    page.wait_for_function('document.querySelector("#video-timeline img")?.naturalWidth > 300')
