//! Users, groups, rights of the machine.

use crate::effects::shell::row::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row("useradd adduser userdel deluser usermod groupadd addgroup groupdel delgroup groupmod groupmems gpasswd newusers chpasswd chgpasswd chage chfn chsh vipw vigr pwconv pwunconv grpconv grpunconv pwck grpck pw dscl sysadminctl luseradd ldapadd ldapmodify ldapdelete ldappasswd samba-tool smbpasswd kadmin kadmin.local authconfig authselect pam-auth-update", "--help/info -h/info --version/info ...", "word*").does("privilege.raise").examples(&[
        ("useradd -m eve", "privilege.raise useradd"),
        ("userdel --help", ""),
    ]),
    row("passwd", "-S,--status/info --help/info -h/info ...", "word*").does("privilege.raise"),
    row("newgidmap newuidmap lusermod lgroupadd lpasswd", "...", "word*").does("privilege.raise"),
    row("ldapsearch ldapwhoami ldapcompare", "-x -H=word -h=word -p=word -D=word -w=word -W -y=read -b=word -s=word -LLL -L -z=word -l=word -Z -Y=word -o=word -S=word -E=word -e=word -v -Q -U=word -f=read", "word*").does("net.fetch"),
    row("kinit", "-k -t=read -l=word -r=word -V -f -p -R -v -c=word -S=word -n -A -a", "word*").does("secret.read"),
    row("klist", "...", "word*"),
    row("kdestroy ktutil", "...", "word*").does("secret.read"),
    row("getpcaps", "...", "word*"),
    row("setenforce setsebool semodule semanage fixfiles load_policy aa-disable aa-complain aa-teardown aa-enforce aa-remove-unknown apparmor_parser spctl csrutil tccutil", "--help/info -l,--list/info ...", "word*").does("evasion.hide privilege.raise"),
    row("getenforce sestatus getsebool aa-status apparmor_status seinfo sesearch matchpathcon", "...", "word*"),
    row("auditctl", "-l/info -s/info -v/info -h/info ...", "word*").does("evasion.hide").examples(&[("auditctl -e 0", "evasion.hide auditctl"), ("auditctl -l", "")]),
    row("ausearch aureport aulast auvirt", "...", "word*"),
    row("faillock pam_tally2", "--reset!privilege.raise -r!privilege.raise ...", "word*").examples(&[("faillock --user u", ""), ("faillock --user u --reset", "privilege.raise faillock")]),
    row("fail2ban-client", "...", "word*").does("evasion.hide service.control"),
    row("pkaction", "...", "word*"),
];
