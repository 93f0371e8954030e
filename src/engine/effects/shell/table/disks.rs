//! Disks, partitions, file systems, mounts.

use crate::effects::shell::row::{Class, Row, Style, Verb, row};

pub(super) const ROWS: &[Row] = &[
    row("mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.exfat mkfs.f2fs mkfs.minix mkfs.cramfs mkfs.bfs mke2fs mkdosfs mkntfs newfs mkswap wipefs blkdiscard badblocks fdformat nwipe sfill dban", "--help/info --version/info -V/info ...", "word*").does("system.disk").examples(&[("mkfs.ext4 /dev/sdb1", "system.disk mkfs.ext4")]),
    row("fdisk sfdisk cfdisk gdisk sgdisk cgdisk parted gparted partprobe partx kpartx growpart testdisk photorec", "-l,--list/shows -h,--help/info -v,--version/info -V/info -d,--dump/shows -J,--json/shows -p,--print/shows --id ...", "word*").does("system.disk").examples(&[("fdisk -l", ""), ("sgdisk -p /dev/sda", ""), ("sgdisk -p -Z /dev/sda", "system.disk sgdisk"), ("parted /dev/sda mklabel gpt", "system.disk parted")]),
    row("lsblk blkid findfs lsdisk diskscan dumpe2fs xfs_info e2freefrag lvs pvs vgs lvdisplay pvdisplay vgdisplay lvscan pvscan vgscan pvck", "...", "word*"),
    row("fsck fsck.ext2 fsck.ext3 fsck.ext4 fsck.xfs fsck.vfat fsck.fat e2fsck xfs_repair xfs_growfs xfs_db btrfsck ntfsfix resize2fs e2label debugfs e2image dosfsck dosfslabel ntfsresize ntfsclone partclone zerofree", "-n/shows -V/info --help/info -h/info ...", "word*").does("system.disk").examples(&[("fsck -n /dev/sda1", ""), ("fsck -l /dev/sda1", "system.disk fsck")]),
    row("tune2fs", "-l/shows -V/info ...", "word*").does("system.disk").examples(&[("tune2fs -l /dev/sda1", ""), ("tune2fs -l -O ^has_journal /dev/sda1", "system.disk tune2fs")]),
    row("mount", "-l -V,--version/info -h,--help/info -a,--all!system.disk -t,--types=word -o,--options=word -L=word -U=word -r -w -v -n -f -B,--bind -R --rbind -M,--move --make-shared -T=read -O=word", "word*").also(mounted).examples(&[("mount", ""), ("mount -l", ""), ("mount -l --bind a b", "system.disk mount"), ("mount -t ext4 /dev/sdb1 /mnt", "system.disk mount")]),
    row("umount dmsetup cryptsetup veritysetup integritysetup nvme eject fstrim swapoff quotaon quotaoff quotacheck edquota setquota fusermount fusermount3 bindfs mergerfs ntfs-3g encfs gocryptfs e4crypt fscrypt", "-V,--version/info -h,--help/info ...", "word*").does("system.disk").examples(&[("swapoff -a", "system.disk swapoff"), ("umount -l /srv", "system.disk umount"), ("cryptsetup -i 5 luksFormat /dev/sda", "system.disk cryptsetup")]),
    row("swapon", "-s,--summary/shows --show[=word]/shows --noheadings/shows --raw/shows --bytes/shows -V,--version/info -h,--help/info ...", "word*").does("system.disk").examples(&[("swapon --show", ""), ("swapon --show -a", "system.disk swapon")]),
    row("losetup", "-l,--list/shows -a,--all/shows -j,--associated=word/shows -J,--json/shows -O,--output=word/shows -n,--noheadings/shows --raw/shows -V,--version/info -h,--help/info ...", "word*").does("system.disk").examples(&[("losetup -a", ""), ("losetup --show -f x", "system.disk losetup")]),
    row("hdparm sdparm smartctl", "-i,--info/shows -I/shows -a,--all/shows -A,--attributes/shows -H,--health/shows -c,--capabilities/shows -x,--xall/shows --scan/shows -d,--device=word/shows -V,--version/info -h,--help/info ...", "word*").does("system.disk").examples(&[("smartctl -i /dev/sda", ""), ("smartctl -i -s off /dev/sda", "system.disk smartctl"), ("hdparm -I --security-erase x /dev/sda", "system.disk hdparm")]),
    row("lvcreate lvremove lvextend lvreduce lvresize lvchange lvconvert lvrename vgcreate vgremove vgextend vgreduce vgchange vgrename vgexport vgimport vgcfgrestore vgcfgbackup pvcreate pvremove pvmove pvresize pvchange mdadm dmraid multipath", "--help/info --version/info -D,--detail/shows -Q,--query/shows -E,--examine/shows ...", "word*").does("system.disk").examples(&[("lvremove -f vg/lv", "system.disk lvremove"), ("mdadm --detail /dev/md0", "")]),
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
