#!/bin/sh
# The guest's first process: modules, an overlay over the host's files, the command in it, its exit status, halt.
# The kernel passes LAB_JOB (the job's directory) on as an environment variable.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
. "$LAB_JOB/settings"

fail() {
  echo "lab guest: $1" >>"$LAB_JOB/err"
  echo 125 >"$LAB_JOB/exit"
  stop
}

# halt is missing on a bare container; perl-base is on every Debian (169 = reboot(2), 0x4321fedc = power off).
stop() {
  halt -f 2>/dev/null
  perl -e 'syscall(169, 0xfee1dead, 672274793, 0x4321fedc)'
}

mount -t proc proc /proc || fail 'cannot mount /proc'
dmesg -n 1
# Rings of io_uring corrupt the memory of guests with newer kernels (6.12 and 7.2 panic as soon as Node has made one or two).
[ -e /proc/sys/kernel/io_uring_disabled ] && echo 2 >/proc/sys/kernel/io_uring_disabled
mount -t tmpfs -o mode=755 tmpfs /run || fail 'cannot mount a tmpfs on /run'
root=/run/lab/root
mkdir -p /run/lab/upper /run/lab/work $root
modprobe -d "$LAB_MODULES_BASE" overlay 2>/dev/null
mount -t overlay -o lowerdir=/,upperdir=/run/lab/upper,workdir=/run/lab/work overlay $root ||
  fail 'cannot mount the overlay over the files of the host'

mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t devtmpfs devtmpfs $root/dev
mkdir -p $root/dev/pts $root/dev/shm
mount -t devpts devpts $root/dev/pts
mount -t tmpfs -o mode=1777 tmpfs $root/dev/shm
[ -e $root/dev/fd ] || ln -s /proc/self/fd $root/dev/fd
mount -t tmpfs -o mode=755 tmpfs $root/run
mkdir -p $root/run/lock $root/run/netns
mount --bind "$LAB_OUT" "$root$LAB_OUT" || fail "cannot pass $LAB_OUT through"

# modprobe inside finds the modules where it looks for them; the host's /lib/modules is only the overlay's lower layer.
if [ ! -e "$root/lib/modules/$LAB_VERSION/modules.dep" ]; then
  rm -rf "$root/lib/modules/$LAB_VERSION"
  mkdir -p $root/lib/modules
  ln -s "$LAB_MODULES_BASE/lib/modules/$LAB_VERSION" "$root/lib/modules/$LAB_VERSION"
fi
chroot $root modprobe -a $LAB_MODULES 2>>"$LAB_JOB/modules.log"

# A name that no resolver knows costs keepalived ten seconds at its start.
hostname lab
echo '127.0.1.1 lab' >>$root/etc/hosts
chroot $root ip link set lo up
echo running >"$LAB_JOB/state"
timeout -k 5 "$LAB_TIMEOUT" chroot $root /bin/sh "$LAB_JOB/command" </dev/null >>"$LAB_JOB/out" 2>>"$LAB_JOB/err"
echo $? >"$LAB_JOB/exit"
stop
