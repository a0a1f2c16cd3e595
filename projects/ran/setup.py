"""Install with ``pip install projects/ran``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-ran',
    version='0.1.0',
    packages=['ofer_ran', 'ofer_ran._configs', 'ofer_ran._configs._base_'],
    package_dir={'ofer_ran._configs': 'configs', 'ofer_ran._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['ran = ofer_ran']},
)
