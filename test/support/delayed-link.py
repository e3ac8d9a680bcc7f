"""A point-to-point link between two network namespaces that delivers each packet after a fixed time, in both directions.

    python3 delayed-link.py ONE_WAY_MS PID_A ADDRESS_A PID_B ADDRESS_B

The namespaces are those of two processes. Each gets a TUN device, named after the address at its other end, with its own
address; what is written to one device is read here and written to the other when it is due. Prints "ready" once both are
up, and ends, with the devices, when standard input does. Needs root.

A stand-in for `tc netem`, which not every kernel has. Packets keep their order, since all of them wait for the same time.
"""

import collections
import ctypes
import fcntl
import gc
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LIBC = ctypes.CDLL(None, use_errno=True)
LARGEST_PACKET = 65535


def enter(descriptor):
    """This process goes on in the namespace that the descriptor stands for (os.setns is newer than many a Python)."""
    if LIBC.setns(descriptor, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def device(pid, address, peer):
    """A device in the namespace of a process, as a descriptor that gives a packet at each read."""
    enter(os.open(f"/proc/{pid}/ns/net", os.O_RDONLY))
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = "to" + peer.rpartition(".")[2]
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    for words in (f"address add {address} peer {peer} dev {name}", f"link set {name} txqueuelen 5000 up"):
        subprocess.run(["ip", *words.split()], check=True)
    return descriptor


def be_first():
    """A link must not be late because the machine is busy: ahead of all that is not real-time, else as far ahead as may be."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    except PermissionError:
        os.nice(-20)


def carry(one, other, delay):
    """Forwards packets until standard input ends."""
    opposite = {one: other, other: one}
    waiting = collections.deque()
    while True:
        patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([one, other, sys.stdin], [], [], patience)
        if sys.stdin in readable:
            return
        for descriptor in readable:
            read_all(descriptor, opposite[descriptor], delay, waiting)
        deliver_due(waiting)


def read_all(source, target, delay, waiting):
    """All that came since the last time; what comes now and then is due by its own time."""
    while True:
        try:
            packet = os.read(source, LARGEST_PACKET)
        except BlockingIOError:
            return
        waiting.append((time.monotonic() + delay, target, packet))


def deliver_due(waiting):
    while waiting and waiting[0][0] <= time.monotonic():
        _, target, packet = waiting.popleft()
        try:
            os.write(target, packet)
        except OSError:
            pass  # A full queue drops packets, as a router does: TCP sends them again.


def main():
    one_way_ms, pid_a, address_a, pid_b, address_b = sys.argv[1:]
    ends = device(pid_a, address_a, address_b), device(pid_b, address_b, address_a)
    be_first()
    # Nothing here is cyclic: a pause to look for cycles would delay packets for nothing.
    gc.disable()
    print("ready", flush=True)
    carry(*ends, float(one_way_ms) / 1000)


main()
