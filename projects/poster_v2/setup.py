"""Install with ``pip install projects/poster_v2``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-poster-v2',
    version='0.1.0',
    packages=['ofer_poster_v2', 'ofer_poster_v2._configs', 'ofer_poster_v2._configs._base_'],
    package_dir={'ofer_poster_v2._configs': 'configs', 'ofer_poster_v2._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['poster_v2 = ofer_poster_v2']},
)
