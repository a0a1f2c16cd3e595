"""The same as ``ofer prepare occluded-set``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['prepare', 'occluded-set', *sys.argv[1:]])
