#!/bin/sh
# Pid 1 of the lab's guest. The root file system is the host's, read-only: everything that is written to is mounted
# here. Gives a cgroup v2 subtree to an unprivileged user, runs vitest as that user, powers off.
#
#   guest.sh CHECKOUT NODE UID MUST_RUN [FILTER]…
#
# What the driver reads of the console: the output of vitest, then the lines `@lab tally JSON` and `@lab ended CODE`.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

CHECKOUT=$1 NODE=$2 USER_ID=$3 MUST_RUN=$4
shift 4

CGROUPS=/sys/fs/cgroup
DELEGATED=$CGROUPS/lab
DISK=/usr/local/games

main() {
  mount_all
  name_user
  # The console is a terminal, which would turn \n into \r\n.
  stty -opost </dev/console
  delegate
  # Behind a pipe vitest moves no cursor about.
  { run_vitest "$@" 2>&1; echo $? >/run/code; } | cat
  [ ! -s /tmp/tally.json ] || echo "@lab tally $(cat /tmp/tally.json)"
  echo "@lab ended $(cat /run/code)"
}

mount_all() {
  mount -t proc proc /proc
  mount -t sysfs sysfs /sys
  mount -t tmpfs tmpfs /run
  mkdir -p /run/systemd/system
  mkdir -p /dev/shm /dev/pts
  mount -t tmpfs -o mode=1777 tmpfs /dev/shm
  mount -t devpts devpts /dev/pts
  ln -sf /proc/self/fd /dev/fd
  # The checkout or node may be below /tmp, or below a home that nobody else may enter.
  mount -t tmpfs -o mode=755 tmpfs /mnt
  mkdir /mnt/sandlot
  touch /mnt/node
  mount --bind "$CHECKOUT" /mnt/sandlot
  mount --bind "$NODE" /mnt/node
  mount -t tmpfs -o mode=1777 tmpfs /tmp
  [ ! -b /dev/ubda ] || mount -t ext2 -o ro /dev/ubda "$DISK"
  mount -t cgroup2 cgroup2 "$CGROUPS"
  # Loopback: 0x8914 is SIOCSIFFLAGS, 0x41 IFF_UP and IFF_RUNNING (netdevice(7)). Every Debian has perl-base, not every
  # one has ip.
  perl -e '$lo = pack("a16 s x22", "lo", 0x41); socket(S, 2, 2, 0) && ioctl(S, 0x8914, $lo) or die "lo: $!"'
}

# newuidmap(1) asks who calls it and which ids they have: an account and ranges of the guest's own cover the host's.
name_user() {
  { grep -v "^[^:]*:[^:]*:$USER_ID:" /etc/passwd; echo "lab:x:$USER_ID:$USER_ID::/tmp/home:/bin/sh"; } >/run/passwd
  echo "lab:100000:65536" | tee /run/subuid >/run/subgid
  for file in passwd subuid subgid; do
    [ ! -e "/etc/$file" ] || mount --bind "/run/$file" "/etc/$file"
  done
}

# As systemd does for Delegate=yes (cgroups(7), delegation): the user owns the directory and the files that move
# processes and hand controllers on, not those that hold the limits. The suite runs in a leaf, since a cgroup that
# hands controllers on holds no processes.
delegate() {
  controllers='+cpu +io +memory +pids'
  echo "$controllers" >"$CGROUPS/cgroup.subtree_control"
  mkdir "$DELEGATED"
  echo "$controllers" >"$DELEGATED/cgroup.subtree_control"
  mkdir "$DELEGATED/suite"
  for directory in "$DELEGATED" "$DELEGATED/suite"; do
    chown "$USER_ID:$USER_ID" "$directory" "$directory"/cgroup.procs "$directory"/cgroup.threads \
      "$directory"/cgroup.subtree_control
  done
}

run_vitest() (
  echo 0 >"$DELEGATED/suite/cgroup.procs"
  mkdir -m 700 /tmp/home
  chown "$USER_ID:$USER_ID" /tmp/home
  cd /mnt/sandlot || exit
  disk=
  ! [ -e "$DISK/content" ] || disk=$DISK/content
  exec env -i PATH="$PATH" HOME=/tmp/home LANG=C.UTF-8 CI=true NO_COLOR=1 SANDLOT_MUST_RUN="$MUST_RUN" \
    SANDLOT_LAB=uml SANDLOT_LAB_CGROUP="$DELEGATED" SANDLOT_LAB_DISK="$disk" SANDLOT_TALLY_FILE=/tmp/tally.json \
    setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups -- \
    /mnt/node node_modules/vitest/vitest.mjs run --configLoader=runner --config=infra/lab/vitest.config.ts \
    --reporter=default --reporter=./infra/dev/vitest-tally.mjs "$@"
)

main "$@"
# There is no init to ask: the kernel powers off by itself (sysrq.rst), and does so before the next line.
echo o >/proc/sysrq-trigger
sleep 60
