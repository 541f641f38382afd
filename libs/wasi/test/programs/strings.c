/* Says what it was given: its arguments, its environment, its directories. */
extern char **environ;

int
main (int argc, char **argv)
{
  for (int i = 0; i < argc; i++)
    printf ("arg %s\n", argv[i]);
  for (char **entry = environ; *entry != NULL; entry++)
    printf ("env %s\n", *entry);
  for (__wasi_fd_t fd = ROOT;; fd++)
    {
      __wasi_prestat_t prestat;
      char name[256] = "";

      if (__wasi_fd_prestat_get (fd, &prestat) != 0)
        break;
      if (__wasi_fd_prestat_dir_name (fd, (uint8_t *) name, prestat.u.dir.pr_name_len) != 0)
        return 1;
      printf ("dir %u %s\n", fd, name);
    }
  return 0;
}
