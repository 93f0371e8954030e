//! Disks, partitions, file systems, mounts.

use crate::effects::shell::row::{Class, Row, Style, Verb, row};

pub(super) const ROWS: &[Row] = &[
    row("mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.exfat mkfs.f2fs mkfs.minix mkfs.cramfs mkfs.bfs mke2fs mkdosfs mkntfs newfs mkswap wipefs blkdiscard badblocks fdformat nwipe sfill dban", "--help/info --version/info -V/info ...", "word*").does("system.disk").examples(&[("mkfs.ext4 /dev/sdb1", "system.disk mkfs.ext4")]),
    row("fdisk sfdisk cfdisk gdisk sgdisk cgdisk parted gparted partprobe partx kpartx growpart testdisk photorec", "-l,--list/info -h,--help/info -v,--version/info -V/info -d,--dump -J,--json -p,--print/info --id ...", "word*").does("system.disk").examples(&[("fdisk -l", ""), ("parted /dev/sda mklabel gpt", "system.disk parted")]),
    row("lsblk blkid findfs lsdisk diskscan dumpe2fs xfs_info e2freefrag lvs pvs vgs lvdisplay pvdisplay vgdisplay lvscan pvscan vgscan pvck", "...", "word*"),
    row("fsck fsck.ext2 fsck.ext3 fsck.ext4 fsck.xfs fsck.vfat fsck.fat e2fsck xfs_repair xfs_growfs xfs_db btrfsck ntfsfix resize2fs tune2fs e2label debugfs e2image dosfsck dosfslabel ntfsresize ntfsclone partclone zerofree", "-n/info -V/info -l/info --help/info -h/info ...", "word*").does("system.disk"),
    row("mount", "-l/info -V,--version/info -h,--help/info -a,--all!system.disk -t,--types=word -o,--options=word -L=word -U=word -r -w -v -n -f -B,--bind -R --rbind -M,--move --make-shared -T=read -O=word", "word*").also(mounted).examples(&[("mount", ""), ("mount -t ext4 /dev/sdb1 /mnt", "system.disk mount")]),
    row("umount swapon swapoff losetup dmsetup cryptsetup veritysetup integritysetup hdparm sdparm nvme smartctl eject fstrim quotaon quotaoff quotacheck edquota setquota fusermount fusermount3 bindfs mergerfs ntfs-3g encfs gocryptfs e4crypt fscrypt", "-a,--all -l,--list/info --show/info -V,--version/info -h,--help/info -i/info -I/info --scan/info ...", "word*").does("system.disk").examples(&[("swapon --show", ""), ("swapoff -a", "system.disk swapoff")]),
    row("lvcreate lvremove lvextend lvreduce lvresize lvchange lvconvert lvrename vgcreate vgremove vgextend vgreduce vgchange vgrename vgexport vgimport vgcfgrestore vgcfgbackup pvcreate pvremove pvmove pvresize pvchange mdadm dmraid multipath", "--help/info --version/info -D,--detail/info -Q,--query/info -E,--examine/info --examine/info ...", "word*").does("system.disk").examples(&[("lvremove -f vg/lv", "system.disk lvremove"), ("mdadm --detail /dev/md0", "")]),
    row("zfs zpool", "-V/info --version/info ...", "").sub_or(&[], Verb::First, &[
        Class { words: "list get status history iostat diff version events holds userspace groupspace help", does: "" },
        Class { words: "send", does: "file.read=/**" },
        Class { words: "", does: "system.disk" },
    ]).examples(&[("zpool status", ""), ("zfs destroy -r tank/x", "system.disk zfs destroy")]),
    row("btrfs", "--help/info --version/info", "").sub_or(&[], Verb::First, &[
        Class { words: "show list df usage du status get dump-super stats help get-default find-new check", does: "" },
        Class { words: "", does: "system.disk" },
    ]).style(Style::Gnu),
    row("quota repquota xfs_quota", "...", "word*"),
    row("diskutil hdiutil tmutil", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "list info listFilesystems activity status latestbackup listbackups help version imageinfo", does: "" },
        Class { words: "", does: "system.disk" },
    ]),
    row("udisksctl gnome-disks", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "status info dump monitor help", does: "" },
        Class { words: "", does: "system.disk" },
    ]),
    row("fio bonnie++ ioping stress stress-ng sysbench memtester", "--version/info --help/info -h/info ...", "word*").does("process.run"),
    row("restic borg duplicity rdiff-backup rsnapshot timeshift snapper bup kopia tarsnap", "-r,--repo=word -p,--password-file=read --password-command=odd --json -q -v -o=word --rsh=odd --rclone-args=odd ...", "").sub_or(&[], Verb::First, &[
        Class { words: "check list info snapshots stats ls find diff cat version help status collection-status verify list-current-files list-increments", does: "net.fetch" },
        Class { words: "forget prune delete remove remove-older-than remove-all-but-n-full cleanup undochange rollback break-lock unlock compact", does: "file.delete=/**" },
        Class { words: "key", does: "secret.read" },
        Class { words: "restore extract mount", does: "file.write=/**" },
        Class { words: "", does: "file.read=/** net.send" },
    ]),
];

fn mounted(run: &mut crate::effects::shell::run::Run<'_>, given: &crate::effects::shell::given::Given) {
    if !given.operands.is_empty() {
        run.effect(crate::effects::Action::SYSTEM_DISK, crate::effects::shell::thing("mount"));
    }
}
