//! The kernel, the boot, the clock, the hardware below files.

use crate::effects::Action;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::thing;

pub(super) const ROWS: &[Row] = &[
    row("modprobe insmod rmmod depmod dkms kmod", "-n,--dry-run/dry --help/info -V,--version/info -h/info -c,--showconfig/info --show-depends/info -D/info ...", "word*").does("privilege.raise system.power").examples(&[("rmmod x", "privilege.raise rmmod; system.power rmmod")]),
    row("sysctl", "-a,--all -A -X -N,--names -n,--values -e,--ignore -q,--quiet -b,--binary -r,--pattern=word -h,--help/info -V,--version/info -d -w,--write!privilege.raise -p,--load[=read]!privilege.raise --system!privilege.raise -f", "word*").also(set).examples(&[
        ("sysctl -a", ""),
        ("sysctl kernel.hostname", ""),
        ("sysctl -n /../../etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow"),
        ("sysctl kernel.sysrq=1", "privilege.raise sysctl"),
    ]),
    row("kexec dracut efibootmgr grub-install grub-mkconfig grub2-mkconfig update-grub grubby mkinitcpio update-initramfs bless nvram flashrom fwupdmgr ipmitool setpci", "--help/info --version/info -V/info -h/info -v/shows ...", "word*").does("system.power").examples(&[("efibootmgr -v", ""), ("efibootmgr -c -l x", "system.power efibootmgr"), ("kexec -l vmlinuz", "system.power kexec")]),
    row("hwclock", "-r,--show/shows -V/info --help/info -v/shows --get/shows -u,--utc/shows -l,--localtime/shows ...", "").does("system.power"),
    row("ntpdate ntpd chronyc sntp adjtimex", "-q/info --version/info ...", "word*").does("service.control"),
    row("ldconfig", "-p,--print-cache/info -V/info -v ...", "word*").does("persistence.install"),
    row("update-alternatives alternatives update-java-alternatives", "--list=word/info --display=word/info --query=word/info --get-selections/info -l,--list/info --help/info --version/info ...", "word*").does("persistence.install"),
    row("ipcs", "...", "word*"),
    row("ipcrm ipcmk", "...", "word*").does("process.kill"),
    row("bpftool bpftrace bcc", "...", "word*").does("privilege.raise"),
    row("crash", "...", "word*").does("privilege.raise"),
    row("sync", "-d -f --help/info --version/info", "word*"),
    row("pivot_root switch_root", "...", "word*").does("privilege.raise system.power"),
];

/// `name=value` sets.
fn set(run: &mut Run<'_>, given: &Given) {
    if given.operands.iter().any(|field: &Field| field.text().is_none_or(|text| text.contains('='))) {
        run.effect(Action::PRIVILEGE_RAISE, thing("sysctl"));
    }
    // A name is a path below `/proc/sys`, and not only there where it climbs.
    for climbs in given.operands.iter().filter_map(Field::text).filter_map(|text| text.split_once("..")) {
        let outside = climbs.1.trim_start_matches(['/', '.']);
        meaning::path(run, Action::FILE_READ, &Field::literal(format!("/{outside}")), false);
    }
}
