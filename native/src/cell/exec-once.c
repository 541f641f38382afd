#include "exec-once.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

/* The lowest part is left alone. */
#define LOWEST_ADDRESS 0x100000000ull
#define TRIES 64

static size_t
vector_bytes (const char *const *vector)
{
  size_t count = 0;

  while (vector[count] != NULL)
    count++;
  return (count + 1) * sizeof *vector;
}

static size_t
whole_pages (size_t bytes)
{
  const size_t page = (size_t)sysconf (_SC_PAGESIZE);

  return (bytes + page - 1) / page * page;
}

/*
 * Bits of page addresses. The stack lies at the upper end of what a process may use, which is 47 bits as a
 * rule and less on some kernels.
 */
static uint64_t
address_bits (void)
{
  const int on_stack = 0;
  uint64_t bits = (uint64_t)(uintptr_t)&on_stack;

  for (unsigned shift = 1; shift < 64; shift *= 2)
    bits |= bits >> shift;
  return bits & ~(uint64_t)(sysconf (_SC_PAGESIZE) - 1);
}

/* Memory at an address drawn by lot. NULL with errno. */
static void *
map_somewhere (size_t bytes)
{
  const uint64_t bits = address_bits ();

  for (int tries = 0; tries < TRIES; tries++)
    {
      uint64_t address;

      if (getrandom (&address, sizeof address, 0) != sizeof address)
        return NULL;
      address &= bits;
      if (address < LOWEST_ADDRESS)
        continue;
      void *const map = mmap ((void *)(uintptr_t)address, whole_pages (bytes), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
      if (map != MAP_FAILED)
        return map;
      if (errno != EEXIST && errno != ENOMEM)
        return NULL;
    }
  return NULL;
}

static char **
place_vector (const char *const *vector)
{
  const size_t bytes = vector_bytes (vector);
  char **const placed = map_somewhere (bytes);

  if (placed != NULL)
    memcpy (placed, vector, bytes);
  return placed;
}

int
exec_once_place (struct exec_once *once, const char *const *argv, const char *const *environment)
{
  *once = (struct exec_once){ .path = map_somewhere (PATH_MAX) };
  if (once->path != NULL)
    once->argv = place_vector (argv);
  if (once->argv != NULL)
    once->environment = place_vector (environment);
  if (once->environment != NULL)
    return 0;
  const int result = -errno;
  exec_once_release (once);
  return result;
}

void
exec_once_release (struct exec_once *once)
{
  if (once->path != NULL)
    munmap (once->path, whole_pages (PATH_MAX));
  if (once->argv != NULL)
    munmap (once->argv, whole_pages (vector_bytes ((const char *const *)once->argv)));
  if (once->environment != NULL)
    munmap (once->environment, whole_pages (vector_bytes ((const char *const *)once->environment)));
  *once = (struct exec_once){ 0 };
}
