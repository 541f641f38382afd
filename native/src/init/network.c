#include "network.h"
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Whatever a payload can leave in a network namespace shows here: packets and errors of the device, counters
 * of every protocol, flow labels. A socket that carried nothing dies with its process (proc_pid_net(5)).
 */
static const char *const traces[] = {
  "/proc/self/net/dev",   "/proc/self/net/snmp",          "/proc/self/net/netstat",
  "/proc/self/net/snmp6", "/proc/self/net/ip6_flowlabel",
};

/* FNV-1a, 64 bits: enough to notice a change that nobody can aim at. */
#define FNV_OFFSET 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

static uint64_t fresh_digest;

static uint64_t
digest_file (const char *path, uint64_t digest)
{
  static uint8_t buffer[16384];
  const int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t got;

  if (fd < 0)
    return digest;
  while ((got = read (fd, buffer, sizeof buffer)) > 0)
    for (ssize_t i = 0; i < got; i++)
      digest = (digest ^ buffer[i]) * FNV_PRIME;
  close (fd);
  return digest;
}

static uint64_t
digest_traces (void)
{
  uint64_t digest = FNV_OFFSET;

  for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++)
    digest = digest_file (traces[i], digest);
  return digest;
}

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
  fresh_digest = digest_traces ();
  return result;
}

int
network_renew_if_used (void)
{
  if (digest_traces () == fresh_digest)
    return 0;
  return unshare (CLONE_NEWNET) < 0 ? -errno : network_bring_loopback_up ();
}
