"""The same as ``ofer analyze compare``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'compare', *sys.argv[1:]])
