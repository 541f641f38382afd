#!/bin/sh
# Pid 1 of the node's guest. The root file system is the host's, read-only; containerd's store is on a disk of the guest's own,
# since the kernel maps ids of ext4 and not of what else there is.
#
#   guest.sh CHECKOUT NODE RUNTIME IMAGE
#
# What the driver reads of the console: what drive-node.mjs says, then the line `@lab ended CODE`.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

CHECKOUT=$1 NODE=$2 RUNTIME=$3 IMAGE=$4

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /dev/shm /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t devpts devpts /dev/pts
ln -sf /proc/self/fd /dev/fd
mount -t cgroup2 cgroup2 /sys/fs/cgroup
echo '+cpu +io +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
# All of these may be below /tmp.
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/sandlot /mnt/runtime /mnt/store
touch /mnt/node /mnt/image
mount --bind "$CHECKOUT" /mnt/sandlot
mount --bind "$RUNTIME" /mnt/runtime
mount --bind "$NODE" /mnt/node
mount --bind "$IMAGE" /mnt/image
mount -t ext4 /dev/ubdb /mnt/store
mount -t tmpfs -o mode=1777 tmpfs /tmp
# Where containerd keeps what it knows of networks.
mount -t tmpfs tmpfs /var/lib
# Loopback, as in infra/lab/guest.sh.
perl -e '$lo = pack("a16 s x22", "lo", 0x41); socket(S, 2, 2, 0) && ioctl(S, 0x8914, $lo) or die "lo: $!"'
# The console is a terminal, which would turn \n into \r\n.
stty -opost </dev/console
cd /mnt/sandlot
/mnt/node infra/node/drive-node.mjs 2>&1
echo "@lab ended $?"
echo o >/proc/sysrq-trigger
sleep 60
