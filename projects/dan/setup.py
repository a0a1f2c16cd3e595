"""Install with ``pip install projects/dan``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-dan',
    version='0.1.0',
    packages=['ofer_dan', 'ofer_dan._configs', 'ofer_dan._configs._base_'],
    package_dir={'ofer_dan._configs': 'configs', 'ofer_dan._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['dan = ofer_dan']},
)
