"""Composed scenes of several faces, in grey: what a face detector is trained on."""

from ofer.synthetic.crowd.backgrounds import draw_background
from ofer.synthetic.crowd.composition import Scene, compose
from ofer.synthetic.crowd.decoys import scatter
from ofer.synthetic.crowd.patch import FacePatch
from ofer.synthetic.crowd.photograph import photograph
from ofer.synthetic.crowd.wear import dress

__all__ = ['FacePatch', 'Scene', 'compose', 'draw_background', 'dress', 'photograph', 'scatter']
