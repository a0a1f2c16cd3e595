"""Install with ``pip install -e projects/example_component``."""

from setuptools import setup

setup(name='example_component', version='0.1.0', packages=['example_component'], install_requires=['ofer>=0.1,<0.2'])
