/* Memory of the kernel that is in no process's resident set, held for a while. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>

/* The most that a set, and a message, may have by default: SEMMSL and MSGMAX of proc_sys_kernel(5). */
#define SET_SEMAPHORES 32000
#define MESSAGE_BYTES 8192

/* One page of page tables maps so much. */
#define TABLE_SPAN_BYTES (2ull << 20)
#define TABLE_BYTES 4096u

/* Makes `wanted` objects, tells how many there are, holds them and removes them again. */
static int
hold_objects (char **args, int (*make) (void), void (*remove) (int id))
{
  const unsigned long long wanted = read_number (args[0]);
  int *ids = calloc (wanted + 1, sizeof *ids);
  unsigned long long made = 0;

  if (ids == NULL)
    return fail ("calloc");
  while (made < wanted && (ids[made] = make ()) >= 0)
    made++;
  tell_and_hold ("made", made, made < wanted ? errno : 0, args[1]);
  while (made > 0)
    remove (ids[--made]);
  free (ids);
  return EXIT_OK;
}

static int
make_set (void)
{
  return semget (IPC_PRIVATE, SET_SEMAPHORES, 0600);
}

static void
remove_set (int id)
{
  semctl (id, 0, IPC_RMID);
}

int
verb_semaphores (char **args)
{
  return hold_objects (args, make_set, remove_set);
}

/* A queue with as much in it as it takes. Returns its id, or -1. */
static int
fill_queue (void)
{
  static const struct
  {
    long type;
    char text[MESSAGE_BYTES];
  } message = { .type = 1 };
  const int queue = msgget (IPC_PRIVATE, 0600);

  if (queue >= 0)
    while (msgsnd (queue, &message, sizeof message.text, IPC_NOWAIT) == 0)
      continue;
  return queue;
}

static void
remove_queue (int id)
{
  msgctl (id, IPC_RMID, NULL);
}

int
verb_message_queues (char **args)
{
  return hold_objects (args, fill_queue, remove_queue);
}

int
verb_page_tables (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  const size_t span = wanted / TABLE_BYTES * TABLE_SPAN_BYTES;
  const volatile char *map = mmap (NULL, span, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (map == MAP_FAILED)
    return fail ("mmap");
  /* What is only read is the one page of zeros, and no resident memory. */
  madvise ((void *)(uintptr_t)map, span, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < span; at += TABLE_SPAN_BYTES)
    (void)map[at];
  tell_and_hold ("mapped", wanted, 0, args[1]);
  return EXIT_OK;
}
