"""The same as ``ofer demo-deocclude``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['demo-deocclude', *sys.argv[1:]])
