"""Outputs replace no input, and are not read as inputs."""

import os
from pathlib import Path

import pytest

from ofer.inference.places import COPY, DRAWN, PANEL, Place, check_places, never_read
from ofer.inference.sources import Reading, count_pictures, pictures, source_names
from ofer.inference.sources.files import file_names


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ('a.png', 'a.png.png', 'mine.mp4', 'mine.mp4.mp4', 'mine.mp4_000123.png', 'photos/a.jpg', 'photos/drawn/a.jpg.png'):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    Path('link.mp4').symlink_to('mine.mp4')
    Path('photos/r.csv').touch()
    return tmp_path


@pytest.mark.parametrize(
    ('place', 'inputs'),
    [
        (Place('--video', Path('mine.mp4'), of_one_video=True), ['mine.mp4']),
        (Place('--video', Path('photos/../mine.mp4'), of_one_video=True), ['link.mp4']),
        (Place('--video', Path('.'), (COPY,)), ['mine.mp4', 'mine.mp4.mp4']),
        (Place('--timeline', Path('photos/a.jpg'), of_one_video=True), ['photos']),
        (Place('--save-images', Path('.'), (DRAWN,)), ['a.png', 'a.png.png']),
        (Place('--save-images', Path('.'), (DRAWN,)), ['mine.mp4', 'mine.mp4_000123.png']),
        (Place('--out', Path('photos/r.csv')), ['photos/r.csv']),
    ],
)
def test_an_input_is_not_replaced(here: Path, place: Place, inputs: list[str]) -> None:
    with pytest.raises(ValueError, match=rf'{place.option} .*: would replace .*, which is one of the inputs\. Give another place\.'):
        check_places([place], inputs, Reading(outputs=never_read([place])))


def test_other_places_are_allowed(here: Path) -> None:
    places = [
        Place('--out', Path('photos/r.csv')),
        Place('--save-images', Path('.'), (DRAWN,)),
        Place('--save-panels', Path('photos/drawn'), (PANEL,)),
        Place('--video', Path('other.mp4'), of_one_video=True),
    ]
    check_places(places, ['photos', 'a.png', 'mine.mp4'], Reading(outputs=never_read(places)))


def test_a_folder_of_inputs_is_no_folder_for_outputs(here: Path) -> None:
    with pytest.raises(ValueError, match='--save-images photos: is a folder of inputs'):
        check_places([Place('--save-images', Path('photos'), (DRAWN,))], ['photos/'], Reading())


def test_one_file_is_for_one_video(here: Path) -> None:
    place = Place('--timeline', Path('t.png'), of_one_video=True)
    with pytest.raises(ValueError, match=r'--timeline t\.png: one file cannot hold those of several videos .*Give a folder\.'):
        check_places([place], ['mine.mp4', 'mine.mp4.mp4', 'a.png'], Reading())
    check_places([place], ['mine.mp4', 'a.png', 'mine.mp4'], Reading())


def test_outputs_in_a_folder_of_inputs_are_not_read(here: Path) -> None:
    left_out: dict[str, int] = {}
    places = [Place('--out', Path('photos/r.csv')), Place('--save-images', Path('photos/drawn'), (DRAWN,))]
    reading = Reading(left_out=left_out, outputs=never_read(places))
    assert list(source_names(['photos'], reading)) == [os.path.join('photos', 'a.jpg')]
    assert list(source_names(['photos/**/*.png'], reading)) == []
    assert list(source_names(['photos/drawn/a.jpg.png'], reading)) == ['photos/drawn/a.jpg.png']  # given by its name
    assert list(source_names(['photos/drawn/*.png'], reading)) == ['photos/drawn/a.jpg.png']
    assert count_pictures(['photos', 'webcam.png'], reading) == 2
    assert [picture.source for picture in pictures('photos', reading)] == [os.path.join('photos', 'a.jpg')]
    assert left_out == {}


def test_a_folder_of_many_inputs_is_looked_through_once(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f'{index:04d}.jpg' for index in range(300)]
    for name in names:
        Path(name).touch()
    asked = []
    monkeypatch.setattr(Place, 'sources_of', lambda self, name: asked.append(name) or set())
    check_places([Place('--save-images', Path('.'), (DRAWN,))], names, Reading())
    assert sorted(asked) == names


def test_files_of_globs_in_an_output_folder_are_counted(here: Path) -> None:
    reading = Reading(outputs=never_read([Place('--save-images', Path('photos'), (DRAWN,))]))
    assert list(file_names('ph*/*.jpg', reading)) == []
    assert reading.left_out == {'in folders of outputs': 1}
