#ifndef SANDLOT_SHOWN_TREE_H
#define SANDLOT_SHOWN_TREE_H

/*
 * A directory of the host, shown read-only by an overlay of its own, so that its inodes, and with them file
 * locks, leases and watches, are those of this slot alone. The overlay finds names once and does not notice
 * what the host then puts in their place (overlayfs documentation, "Changes to underlying filesystems").
 */

/* Mounts such an overlay of `source` on the empty directory `path`. Returns 0, or -errno with nothing done.
 */
int shown_tree_mount (const char *source, const char *path);

/* Lets what is shown at `path` forget the names that nobody uses. Returns 0 or -errno. */
int shown_tree_forget (const char *path);

#endif
