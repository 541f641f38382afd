/**
 * Python that uses up every epoll watch there is for its host uid, a million or so in each process, says so and keeps
 * them: a worker of the same uid aborts when it watches the next descriptor.
 */
export const EPOLL_WATCHES = `
import errno, os, select, signal
watched, _ = os.pipe()
told, tell = os.pipe()
def fill(polls):
  numbers = [os.dup(watched) for _ in range(900)]
  while True:
    polls.append(select.epoll())
    for number in numbers: polls[-1].register(number, 0)
def hold():
  polls = []
  try: fill(polls)
  except OSError as error: os.write(tell, b'full' if error.errno == errno.ENOSPC else b'more')
  signal.pause()
while True:
  if os.fork() == 0: hold()
  if os.read(told, 4) == b'full': break
print('full', flush=True)
signal.pause()`;
