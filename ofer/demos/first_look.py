"""A first look: weights of the package on photographs, with the face free and covered, and a short training on drawn faces, on one page."""

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

import cv2
import numpy as np
from PIL import Image

import ofer
from ofer.demos.orsanet import PANEL_BLOCK, SHORT, SINGLE, Demo, Extent, Measures, run_steps
from ofer.demos.photographs import Photograph, photographs, with_mask
from ofer.engine.processes.tool_runs import num_cores
from ofer.inference.face_result import FaceResult
from ofer.visualization.annotated import Picture, draw_results
from ofer.visualization.palette import colour_of

HEIGHT = 420
"""Of the pictures of photographs on the page, pixels."""
SHOWN = 0.03
"""Smallest probability that has a bar."""


@dataclass(frozen=True)
class Look:
    """A photograph and what was found in it."""

    title: str
    picture: Picture
    results: Sequence[FaceResult]


def look_at(photo: Photograph, inferencer: 'ofer.FERInferencer') -> list[Look]:
    """The results for a photograph as it is, and with a mask on every face."""
    free = inferencer(photo.image, color='rgb')
    covered = photo.image
    for result in free:
        if result.landmarks is not None:
            covered = with_mask(covered, result.landmarks)
    titles = ('as it is', 'with a mask drawn over nose and mouth')
    pairs = [(photo.image, free), (covered, inferencer(covered, color='rgb'))]
    drawn = [draw_results(image, results) for image, results in pairs]
    window = around(free, photo.image.shape)
    return [Look(title, picture[window], results) for title, picture, (_, results) in zip(titles, drawn, pairs, strict=True)]


def around(results: Sequence[FaceResult], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of an image with its faces and as much again on each side; the whole image if there is no face."""
    boxes = [result.box for result in results if result.box is not None]
    height, width = shape[:2]
    if not boxes:
        return slice(0, height), slice(0, width)
    left, top = np.min([box[:2] for box in boxes], 0)
    right, bottom = np.max([box[2:] for box in boxes], 0)
    margin = max(right - left, bottom - top)
    rows = slice(max(0, int(top - 0.6 * margin)), min(height, int(bottom + 0.6 * margin)))
    return rows, slice(max(0, int(left - margin)), min(width, int(right + margin)))


def run_first_look(folder: Path, extent: Extent = SHORT, say: Callable[[str], None] = lambda line: None) -> Path:
    """Do what is not done yet, and write the page.

    Args:
        folder: where everything goes.
        extent: of the training.
        say: gets each line about what is done.

    Returns:
        Path of ``report.html``, which needs no other file.

    Raises:
        ModuleNotFoundError: scikit-image is missing.
    """
    start = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    say('Photographs, with the weights of the package')
    inferencer = ofer.FERInferencer()
    looks = []
    for photo in photographs():
        looks.append((photo, look_at(photo, inferencer)))
        for look in looks[-1][1]:
            say(f'  {photo.name}, {look.title}: {"; ".join(in_words(result) for result in look.results)}')
    page = folder / 'report.html'
    seconds = time.monotonic() - start
    page.write_text(render(looks, seconds, '<p>The training has not finished yet.</p>'), encoding='utf-8')
    say(f'\nA short training on drawn faces (the page so far: {page})')
    demo = Demo(folder.resolve(), extent, say)
    results, panel = run_steps(demo)
    demo.add_seconds('all', time.monotonic() - start)
    page.write_text(render(looks, seconds, training_section(demo, results, panel)), encoding='utf-8')
    return page


def in_words(result: FaceResult) -> str:
    """One line about a face."""
    if result.label is None or result.probabilities is None:
        return result.reason or result.status
    covered = ', '.join(name.replace('_', ' ') for name in result.occluded_regions) or 'nothing'
    doubt = f'; abstains: {result.reason}' if result.abstain else ''
    return f'{result.label} {100 * result.probabilities[result.label]:.0f} %, occluded: {covered}{doubt}'


def render(looks: Sequence[tuple[Photograph, Sequence[Look]]], seconds: float, training: str) -> str:
    """The page: HTML with all pictures inside."""
    sections = []
    for photo, pair in looks:
        cells = ''.join(f'<figure>{_img(look.picture, HEIGHT)}<figcaption>{_caption(look)}</figcaption></figure>' for look in pair)
        sections.append(f'<h3>{escape(photo.name)}</h3><div class="pair">{cells}</div><p class="credit">{escape(photo.credit)}</p>')
    return Template(PAGE).substitute(
        photographs='\n'.join(sections), seconds=f'{seconds:.0f}', training=training, version=escape(ofer.__version__), cores=num_cores()
    )


def training_section(demo: Demo, results: dict[str, Measures], panel: Path) -> str:
    """HTML about the training."""
    rows = []
    for name, measures in results['orsanet'].items():
        interval = f'{measures["accuracy_low"]:.1f} to {measures["accuracy_high"]:.1f}'
        rows.append(f'<tr><td>{escape(_condition(name))}</td><td>{measures["accuracy"]:.1f} %</td><td>{interval} %</td></tr>')
    return Template(TRAINING).substitute(
        rows=''.join(rows),
        train=demo.length('orsanet', 'train'),
        test=demo.length('orsanet', 'test'),
        nme=f'{results["landmarks"][SINGLE]["nme_ocular"]:.1f}',
        iou=f'{results["parsing"][SINGLE]["mean_iou"]:.0f}',
        block=f'{100 * PANEL_BLOCK:.0f}',
        panel=_img(np.asarray(Image.open(panel).convert('RGB')), None),
        minutes=f'{demo.seconds["all"] / 60:.1f}',
    )


def _condition(name: str) -> str:
    kind, _, share = name.replace('_black', '').partition('_')
    return f'black square over {share} % of the image' if kind == 'blocks' else name


def _caption(look: Look) -> str:
    bars = ''.join(_bars(result) for result in look.results)
    return f'<b>{escape(look.title)}</b>{bars}'


def _bars(result: FaceResult) -> str:
    if result.probabilities is None:
        return f'<p>{escape(result.reason or result.status)}</p>'
    ordered = sorted(result.probabilities.items(), key=lambda pair: -pair[1])
    lines = ''.join(
        f'<tr><td>{escape(name)}</td><td><div class="bar" style="width:{160 * share:.0f}px;background:rgb{colour_of(name)}"></div></td>'
        f'<td>{100 * share:.0f} %</td></tr>'
        for name, share in ordered
        if share >= SHOWN
    )
    covered = ', '.join(f'{name.replace("_", " ")} {100 * (result.occlusion or {}).get(name, 0):.0f} %' for name in result.occluded_regions)
    note = f'<p>abstains: {escape(str(result.reason))}</p>' if result.abstain else ''
    return f'<table class="bars">{lines}</table><p>occluded: {escape(covered or "nothing")}</p>{note}'


def _img(image: Picture, height: int | None) -> str:
    if height is not None:
        scale = height / image.shape[0]
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    encoded = cv2.imencode('.jpg', image[..., ::-1])[1].tobytes()
    return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(encoded).decode("ascii")}">'


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ofer: a first look</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
.pair { display: flex; flex-wrap: wrap; gap: 1.5em } figure { margin: 0; flex: 1 1 360px; min-width: 0 } img { max-width: 100% }
.bars { border-collapse: collapse; margin: .4em 0 } .bars td { padding: 0 .8em 0 0 } .bar { height: .9em; min-width: 2px }
.credit { color: #666; font-size: 85% } figcaption p { margin: .2em 0 }
.numbers { border-collapse: collapse }
.numbers td, .numbers th { border-bottom: 1px solid #ccc; padding: .2em 1.2em .2em 0; text-align: left }
</style></head><body>
<h1>Facial expressions, also behind a mask</h1>
<p>The weights of the package found the faces, their expression, and what is occluded (hatched). A covered mouth cannot be seen: the model
should say so, and be less sure. $seconds s, $cores CPU cores, ofer $version.</p>
<h2>Photographs</h2>
$photographs
<h2>A short training on drawn faces</h2>
$training
</body></html>
"""

TRAINING = """<p>A landmark network and a face parser were trained on $train drawn faces, half of them occluded, and then a small ORSANet,
which they guide. It was tested on $test faces of other drawn people, without and with a black square, which training did not have. So short
a training shows that everything works; <code>make demo-train</code> takes longer and compares with a ResNet-18.</p>
<table class="numbers"><tr><th>test faces</th><th>accuracy</th><th>95 % interval</th></tr>$rows</table>
<p>Landmarks are off by $nme % of the distance between the eyes; the parts of the face have a mean IoU of $iou %. Every second face below
has a black square over $block % of the image. Backbone attention is where the guided image features are strong, MCM attention what the
landmark tokens look at in the last fusion block.</p>
$panel
<p>Together: $minutes minutes.</p>"""
