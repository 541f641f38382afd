#include "network.h"
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int
network_bring_loopback_up (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  const int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int result = 0;

  if (fd < 0)
    return -errno;
  if (ioctl (fd, SIOCGIFFLAGS, &request) < 0)
    result = -errno;
  request.ifr_flags |= IFF_UP;
  if (result == 0 && ioctl (fd, SIOCSIFFLAGS, &request) < 0)
    result = -errno;
  close (fd);
  return result;
}

int
network_renew (void)
{
  return unshare (CLONE_NEWNET) < 0 ? -errno : network_bring_loopback_up ();
}
