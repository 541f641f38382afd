/* Sockets: of the abstract namespace, which belongs to the network namespace, and of the loopback device. */
#include "payload.h"
#include "verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* Fills in an abstract address (unix(7)): a NUL, then the name. Returns its length. */
static socklen_t
abstract_address (struct sockaddr_un *address, const char *name)
{
  const size_t length = strlen (name);

  if (length >= sizeof address->sun_path)
    {
      fprintf (stderr, "payload: a name has at most %zu bytes\n", sizeof address->sun_path - 1);
      exit (EXIT_MISUSE);
    }
  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy (address->sun_path + 1, name, length);
  return (socklen_t)(offsetof (struct sockaddr_un, sun_path) + 1 + length);
}

static int
try_connect (int domain, const struct sockaddr *address, socklen_t length)
{
  const int fd = socket (domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int result = answer (fd < 0 ? fd : connect (fd, address, length));

  if (fd >= 0)
    close (fd);
  return result;
}

int
verb_try_socket (char **args)
{
  const int domain = (int)read_number (args[0]);
  int fd = socket (domain, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 && errno == ESOCKTNOSUPPORT)
    fd = socket (domain, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd >= 0)
    close (fd);
  return answer (fd < 0 ? -1 : 0);
}

int
verb_try_io_uring (char **args)
{
  char parameters[120] = { 0 }; /* struct io_uring_params, which older headers lack */
  const long fd = syscall (SYS_io_uring_setup, 1, parameters);

  (void)args;
  if (fd >= 0)
    close ((int)fd);
  return answer (fd < 0 ? -1 : 0);
}

int
verb_abstract_listen (char **args)
{
  struct sockaddr_un address;
  const socklen_t length = abstract_address (&address, args[0]);
  const int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || bind (fd, (const struct sockaddr *)&address, length) != 0 || listen (fd, 1) != 0)
    return fail ("listen");
  puts ("listening");
  fflush (stdout);
  const int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
  if (peer < 0)
    return fail ("accept");
  puts ("connected");
  close (peer);
  close (fd);
  return EXIT_OK;
}

int
verb_abstract_connect (char **args)
{
  struct sockaddr_un address;
  const socklen_t length = abstract_address (&address, args[0]);

  return try_connect (AF_UNIX, (const struct sockaddr *)&address, length);
}

int
verb_connect_loopback (char **args)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_port = htons ((in_port_t)read_number (args[0])) };

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return try_connect (AF_INET, (const struct sockaddr *)&address, sizeof address);
}
