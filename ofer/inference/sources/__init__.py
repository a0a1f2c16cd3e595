"""User inputs as a stream of pictures: one file for each kind of input, and `inputs` above them."""

from ofer.inference.sources.inputs import count_pictures, has_frames, pictures, source_names
from ofer.inference.sources.picture import Picture, Reading, from_start

__all__ = ['Picture', 'Reading', 'count_pictures', 'from_start', 'has_frames', 'pictures', 'source_names']
