"""The same as ``ofer analyze complexity``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'complexity', *sys.argv[1:]])
