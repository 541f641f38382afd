/*
 * A 32-bit program of x86, without a C library: asks by socketcall(2) for a socket of the family vsock, which no network
 * namespace bounds. Says so once that call has come back, whatever it brought.
 */
#define SYS_EXIT 1
#define SYS_WRITE 4
#define SYS_SOCKETCALL 102
#define OPERATION_SOCKET 1
#define FAMILY_VSOCK 40
#define TYPE_STREAM 1

static long
call (long number, long first, long second, long third)
{
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory");
  return result;
}

void
_start (void)
{
  static const long socket_arguments[] = { FAMILY_VSOCK, TYPE_STREAM, 0 };
  static const char word[] = "came back\n";

  call (SYS_SOCKETCALL, OPERATION_SOCKET, (long)socket_arguments, 0);
  call (SYS_WRITE, 1, (long)word, sizeof word - 1);
  call (SYS_EXIT, 0, 0, 0);
}
