"""The process group's end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
THREADS = Path('/proc/self/task')
WORKER = """
import os, sys, time
import torch
from mmengine.model import MMDistributedDataParallel
from ofer.engine.processes.launch import end_processes

def threads():
    return len(os.listdir('/proc/self/task'))

def train():
    model = MMDistributedDataParallel(torch.nn.Linear(2, 1))
    model(torch.ones(1, 2)).sum().backward()
    torch.distributed.all_reduce(torch.ones(3))
    cycle = [model]  # as the runner and its hooks
    cycle.append(cycle)

before = threads()
torch.distributed.init_process_group('gloo', init_method=f'file://{sys.argv[1]}', rank=0, world_size=1)
train()
assert threads() > before
end_processes()
deadline = time.monotonic() + 5  # the kernel lists a joined thread for a moment more
while threads() > before and time.monotonic() < deadline:
    time.sleep(0.01)
print(threads() - before)
"""


@pytest.mark.skipif(not THREADS.is_dir(), reason="counts the threads in Linux's /proc")
def test_no_thread_of_the_process_group_is_left_to_abort_the_exit(tmp_path: Path) -> None:
    environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
    command = [sys.executable, '-c', WORKER, str(tmp_path / 'meet')]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert said.split() == ['0']
