"""The same as ``ofer analyze other-tools``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'other-tools', *sys.argv[1:]])
