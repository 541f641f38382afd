"""What the attacks of table/ are written with. Each prints `allowed`, or `refused` with an errno or a word."""

import ctypes
import errno
import fcntl
import json
import os
import signal
import socket
import struct
import sys

CANARY = os.environ["CANARY"]
NUMBERS = json.loads(os.environ["SYSCALLS"])
INIT = 1
libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """It failed in another way than by an errno."""


def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result


def call(name, *arguments):
    """A raw system call by name; bytes and buffers go by address."""
    number = ctypes.c_long(NUMBERS[name])
    return checked(libc.syscall(number, *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)))


def prctl(option, *arguments):
    return checked(libc.prctl(option, *(ctypes.c_ulong(a) for a in arguments)))


def clone(flags, exit_signal=signal.SIGCHLD):
    pid = call("clone", flags | exit_signal, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return pid


def read(path):
    with open(path, "rb") as file:
        return file.read(65536)


def write(path, text):
    descriptor = os.open(path, os.O_WRONLY)
    os.write(descriptor, text.encode())


def existing(path, instead):
    """Kernels are built with more or less: what stands for a file that this one lacks."""
    return path if os.path.exists(path) else instead


def take_canary(path):
    if not read(path):
        raise Refused("empty")


def unless(holds, word):
    if holds:
        raise Refused(word)


def in_vain():
    """Init, which was to be hurt, has not gone: this process would have gone with it."""
    raise Refused("in-vain")


def attempt(code):
    try:
        exec(code, globals())
        print("allowed")
    except OSError as error:
        print("refused", errno.errorcode.get(error.errno, error.errno))
    except Refused as reason:
        print("refused", reason)


attempt(sys.argv[1])
