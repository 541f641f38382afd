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

int
verb_semaphores (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  int *sets = calloc (wanted + 1, sizeof *sets);
  unsigned long long made = 0;

  if (sets == NULL)
    return fail ("calloc");
  while (made < wanted && (sets[made] = semget (IPC_PRIVATE, SET_SEMAPHORES, 0600)) >= 0)
    made++;
  tell_and_hold ("made", made, made < wanted ? errno : 0, args[1]);
  while (made > 0)
    semctl (sets[--made], 0, IPC_RMID);
  free (sets);
  return EXIT_OK;
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

int
verb_message_queues (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  int *queues = calloc (wanted + 1, sizeof *queues);
  unsigned long long made = 0;

  if (queues == NULL)
    return fail ("calloc");
  while (made < wanted && (queues[made] = fill_queue ()) >= 0)
    made++;
  tell_and_hold ("made", made, made < wanted ? errno : 0, args[1]);
  while (made > 0)
    msgctl (queues[--made], IPC_RMID, NULL);
  free (queues);
  return EXIT_OK;
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
