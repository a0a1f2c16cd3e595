import os
import signal
import subprocess
import sys
import time

import pytest

from ofer.engine.resuming.signals import StopSignals


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_signals_are_noted_inside_and_as_before_outside(number: int, capfd: pytest.CaptureFixture) -> None:
    before = signal.getsignal(number)
    with StopSignals() as stop:
        assert stop.agreed() == 0
        os.kill(os.getpid(), number)
        assert stop.agreed() == number
        assert 'stopping after this step' in capfd.readouterr().err
        os.kill(os.getpid(), signal.SIGTERM)  # as torchrun sends after Ctrl-C
    assert signal.getsignal(number) is before


def test_a_second_interrupt_does_not_wait() -> None:
    with StopSignals():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


WORKER = """
import os, signal, sys, time
from ofer.engine.resuming.signals import shielded
child = os.fork()
if child == 0:
    shielded(None, 0)
    time.sleep(0.3)
    print('ready', flush=True)
    time.sleep(60)
print(child, flush=True)
sys.stdin.read(1)
os.kill(child, signal.SIGTERM)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, 'sigwaitinfo'), reason='this system does not say who sent a signal')
def test_workers_outlive_signals_unless_their_parent_sends_them() -> None:
    with subprocess.Popen([sys.executable, '-c', WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        lines = [parent.stdout.readline().strip() for _ in range(2)]
        child = int(next(line for line in lines if line != 'ready'))
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(child, number)
        time.sleep(0.2)
        os.kill(child, 0)  # it is still there
        assert parent.communicate('x')[0].strip() == '0'
