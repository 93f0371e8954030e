//! What is installed on the machine: `package.install`, `package.remove` by the manager's name.
//!
//! Asking what there is, is nothing. Managers that run a command before or after, or that read a package from a
//! file, say so by their options.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::{Action, Resource, unknown};

/// What Debian's managers take everywhere.
macro_rules! apt {
    ($names:literal, $options:literal, $operands:literal) => {
        row(
            $names,
            concat!(
                "-h,--help/info -v,--version/info -q,--quiet -y,--yes,--assume-yes --assume-no -s,--simulate,--just-print,--dry-run,--recon,--no-act/dry -d,--download-only -f,--fix-broken -m,--ignore-missing,--fix-missing --no-download -u,--show-upgraded -V,--verbose-versions -a,--host-architecture=word -b,--compile,--build --ignore-hold --with-new-pkgs --no-upgrade --only-upgrade --allow-downgrades --allow-remove-essential --allow-change-held-packages --force-yes --print-uris --purge --reinstall --list-cleanup -t,--target-release,--default-release=word --auto-remove,--autoremove --no-remove --no-install-recommends --install-recommends --install-suggests --no-install-suggests --allow-unauthenticated --allow-insecure-repositories --allow-releaseinfo-change --show-progress --color=word --no-color -o,--option=odd -c,--config-file=odd --upgradable --installed --all-versions -n,--names-only --full --no-all-versions --recurse -i,--important --generate -g --with-source=read --trivial-only --manual-installed ",
                $options
            ),
            $operands,
        )
    };
}

pub(super) const ROWS: &[Row] = &[
    // Debian
    apt!("apt apt-get aptitude nala", "", "").sub(&[
        apt!("list search show showsrc policy depends rdepends madison pkgnames help moo changelog indextargets download showhold why why-not versions history", "... -F=word -w=word", "word*").examples(&[
            ("apt list --installed", ""),
            ("apt -o APT::Update::Pre-Invoke::=id list", "unknown option_odd"),
        ]),
        apt!("install reinstall upgrade full-upgrade dist-upgrade safe-upgrade dselect-upgrade build-dep source edit-sources markauto unmarkauto hold unhold satisfy check forget-new fetch", "", "word*").does("package.install").also(local_file).examples(&[
            ("apt-get install -y curl", "package.install apt-get"),
            ("apt install ./evil.deb", "package.install apt; process.run /workspace/evil.deb"),
            ("apt-get -s install curl", ""),
            ("apt-get -o APT::Update::Pre-Invoke::=id install x", "package.install apt-get; unknown option_odd"),
        ]),
        apt!("update", "", "").does("package.install"),
        apt!("remove purge autoremove autopurge clean autoclean auto-clean distclean", "", "word*").does("package.remove").examples(&[("apt-get remove -y foo", "package.remove apt-get")]),
    ]),
    apt!("apt-cache apt-config apt-cdrom-list apt-show-versions apt-rdepends apt-listchanges", "...", "word*"),
    row("apt-file", "...", "").sub(&[row("search find list show", "...", "word*"), row("update purge", "...", "").does("package.install")]),
    row("apt-mark", "...", "").sub(&[row("showauto showmanual showhold showinstall showremove showpurge minimize-manual-list", "...", "word*"), row("auto manual hold unhold install remove purge", "...", "word*").does("package.install")]),
    row("apt-key", "... --keyring=write", "").sub(&[row("list finger fingerprint export exportall", "...", "word*"), row("add adv del update net-update", "...", "word*").does("package.install persistence.install")]),
    row("add-apt-repository apt-add-repository pacman-key rpmkeys", "... -l,--list/info -L/info --list-keys/info --finger[=word]/info -f[=word]/info", "word*").does("package.install persistence.install"),
    row("unattended-upgrade unattended-upgrades do-release-upgrade apt-listbugs debian-goodies needrestart checkrestart dselect tasksel synaptic aptitude-curses apt-get-mirror apt-cacher apt-move", "... -n,--dry-run/dry --list-tasks/info -c,--check-dist-upgrade-only/info", "word*").does("package.install"),
    row("dpkg", "gnu -i,--install!package.install --unpack!package.install --configure!package.install --triggers-only!package.install -r,--remove!package.remove -P,--purge!package.remove -A,--record-avail -l,--list -L,--listfiles -s,--status -S,--search -p,--print-avail -C,--audit -V,--verify --get-selections --set-selections!package.install --clear-selections!package.remove --update-avail=read --merge-avail=read --clear-avail --yet-to-unpack --predep-package --print-architecture --print-foreign-architectures --add-architecture=word!package.install --remove-architecture=word!package.remove --assert-support-predepends --compare-versions --force-help -c,--contents -I,--info -f,--field -x,--extract -X,--vextract -e,--control -b,--build -W --show --ctrl-tarfile --fsys-tarfile -a,--pending -R,--recursive -G --refuse-downgrade -O,--selected-only -E,--skip-same-version --pre-invoke=shell --post-invoke=shell --status-logger=shell --path-exclude=word --path-include=word --admindir=write --instdir=write --root=write --log=write --status-fd=word -D,--debug=word --force-all --force-depends --force-overwrite --force-confold --force-confnew --force-confdef --force-architecture --force-remove-reinstreq --no-force-all --force=word --no-pager --no-triggers --triggers --abort-after=word -B --auto-deconfigure --no-debsig --dry-run,--no-act,--simulate/dry", "word*")
        .also(dpkg)
        .examples(&[
            ("dpkg -l 'lib*'", ""),
            ("dpkg -L coreutils", ""),
            ("dpkg -i a.deb", "package.install dpkg; process.run /workspace/a.deb"),
            ("dpkg --pre-invoke='rm -rf ~' -i a.deb", "package.install dpkg; process.run /workspace/a.deb; file.delete ~/**"),
            ("dpkg -P x", "package.remove dpkg"),
            ("dpkg -x a.deb out", "file.read /workspace/a.deb; file.write /workspace/out/**/*"),
        ]),
    row("rpmquery", "-E,--eval=odd --pipe=shell -D,--define=odd --load=run ...", "word*").examples(&[("rpmquery -a", ""), ("rpmquery --eval '%(id)'", "unknown option_odd")]),
    row("dpkg-query dpkg-architecture dpkg-vendor dpkg-parsechangelog dpkg-scanpackages dpkg-split debsums deborphan debtree debmany dlocate dctrl grep-dctrl rmadison whohas pkgfile expac pactree pacgraph pacman-mirrorlist checkupdates pacman-conf equery eix quse qlist qdepends xbps-query repoquery repograph rpmdev-vercmp rpmlint lintian cve-check arch-audit pacutils-list vercmp", "...", "word*").examples(&[("dpkg-query -W", ""), ("xbps-query -Rs x", "")]),
    row("dpkg-deb", "... --help/info --version/info -b,--build -c,--contents -I,--info -f,--field -x,--extract -X,--vextract -e,--control -R,--raw-extract -W,--show", "word*").also(dpkg).examples(&[("dpkg-deb -c a.deb", "file.read /workspace/a.deb")]),
    row("dpkg-reconfigure dpkg-divert dpkg-statoverride dpkg-trigger dpkg-preconfigure debconf-set-selections", "... --list/info --listpackage=word/info", "word*").does("package.install"),
    row("debconf-show debconf-get-selections", "...", "word*"),
    row("dpkg-buildpackage debuild pbuilder sbuild makepkg rpmbuild mock fpm checkinstall nfpm abuild xbps-src alien gbp uscan dh_make debchange dch mkaurball aurutils pkgbuild productbuild", "... --help/info --version/info --hook=odd --eval=odd -E=odd --define=word -D=word", "word*").does("process.run").also(super::builds::here),
    // Red Hat and SUSE
    row("rpm", "--help,-?/info --version/info -i,--install -U,--upgrade -F,--freshen --reinstall!package.install -e,--erase -q,--query -V,--verify -K,--checksig -a,--all -f,--file -g,--group -p,--package -l,--list -c,--configfiles -d,--docfiles -s,--state -R,--requires --provides --whatrequires --whatprovides --whatrecommends --whatconflicts --scripts --triggers --changelog --dump --info --last --qf,--queryformat=word --conflicts --obsoletes --recommends --suggests --supplements --enhances --licensefiles --filesbypkg --fileclass --filecolor -h,--hash -v,--verbose --percent --force --nodeps --noscripts --nosignature --nodigest --nofiledigest --replacepkgs --replacefiles --oldpackage --allfiles --badreloc --excludedocs --excludepath=word --ignoresize --ignorearch --ignoreos --includedocs --justdb --notriggers --nopre --nopost --nopreun --nopostun --prefix=write --relocate=word --test/dry --allmatches -r,--root=write --dbpath=word -D,--define=odd -E,--eval=odd --undefine=odd --load=odd --rcfile=odd --macros=odd --pipe=shell --import!package.install --initdb!package.install --rebuilddb!package.install --setperms!file.permission --setugids!file.permission --showrc --quiet --delsign --addsign --resign --querytags --eol", "word*")
        .also(rpm)
        .examples(&[
            ("rpm -qa", ""),
            ("rpm -qip a.rpm", "file.read /workspace/a.rpm"),
            ("rpm -ivh a.rpm", "package.install rpm; process.run /workspace/a.rpm"),
            ("rpm -Uvh https://example.org/a.rpm", "package.install rpm; net.fetch example.org"),
            ("rpm -e x", "package.remove rpm"),
            ("rpm --pipe 'rm -rf ~' -q x", "file.delete ~/**"),
            ("rpm --eval '%(id)'", "unknown option_odd"),
        ]),
    row("dnf dnf5 yum microdnf tdnf", "--help,-h/info --version/info -y,--assumeyes --assumeno/dry -q,--quiet -v,--verbose -C,--cacheonly --refresh -b,--best --nobest -x,--exclude,--excludepkgs=word --enablerepo,--enable-repo=word --disablerepo,--disable-repo=word --repo,--repoid=word --setopt=odd -c,--config=odd --installroot=write --releasever=word --allowerasing --skip-broken --nogpgcheck --no-gpgchecks --downloadonly --downloaddir,--destdir=write --security --bugfix --advisory=word --showduplicates --available --installed --all --upgrades --obsoletes --recent --extras --noplugins --disableplugin=word --enableplugin=word --comment=word -d,--debuglevel=word -e,--errorlevel=word --color=word --forcearch=word -4 -6 --noautoremove --rpmverbosity=word --repofrompath=odd --skip-unavailable --no-best", "").sub(&[
        row("list ls search se info if provides whatprovides repolist repoinfo repoquery rq check check-update check-upgrade deplist history-list updateinfo advisory help grouplist groupinfo changelog leaves needs-restarting environment", "...", "word*").examples(&[("dnf list --installed", "")]),
        row("install in localinstall reinstall upgrade up update downgrade distro-sync dsync groupinstall makecache builddep swap system-upgrade reposync offline config-manager copr mark download upgrade-minimal update-minimal localupdate offline-upgrade replay do", "... -y --help-cmd/info --dump/info --setopt=odd --downloaddir,--destdir=write --add-repo=send --repofrompath=odd", "word*").does("package.install").also(local_file).examples(&[
            ("dnf -y install httpd", "package.install dnf"),
            ("yum localinstall evil.rpm", "package.install yum; process.run /workspace/evil.rpm"),
        ]),
        row("remove rm erase autoremove groupremove clean", "...", "word*").does("package.remove").examples(&[("dnf remove x", "package.remove dnf")]),
        row("group groups grp", "...", "").sub(&[row("list info summary", "...", "word*"), row("install upgrade mark", "...", "word*").does("package.install"), row("remove", "...", "word*").does("package.remove")]),
        row("module versionlock", "... --help-cmd/info", "word*").also(|run, given| {
            if !matches!(given.operands.first().and_then(Field::text), None | Some("list" | "info" | "provides")) {
                meaning::declared(run, "package.install", "dnf");
            }
        }),
        row("history", "...", "word*").also(|run, given| {
            if matches!(given.operands.first().and_then(Field::text), Some("undo" | "rollback" | "redo" | "replay")) {
                meaning::declared(run, "package.install package.remove", "dnf history");
            }
        }),
        row("shell", "...", "read?").does("package.install package.remove"),
    ]),
    row("dnf-automatic yum-cron yumdownloader yum-config-manager createrepo createrepo_c reposync", "... --help-cmd/info", "word*").does("package.install"),
    row("zypper", "... --help/info -h/info --version/info -V/info -n,--non-interactive -q -v --root=write -R=write --config=odd -c=odd --gpg-auto-import-keys --no-refresh --plus-repo=send -p=send", "").sub(&[
        row("search se info if list-updates lu repos lr services ls packages pa patterns pt products pd patches patch-check pchk list-patches lp what-provides wp help locks ll targetos licenses ps versioncmp verify-list", "...", "word*").examples(&[("zypper se x", "")]),
        row("install in update up dist-upgrade dup patch refresh ref verify ve install-new-recommends inr source-install si addrepo ar modifyrepo mr renamerepo nr addlock al addservice as modifyservice ms refresh-services refs download", "... -n,--dry-run,-D/dry", "word*").does("package.install").also(local_file),
        row("remove rm removerepo rr removelock rl removeservice rs clean cc purge-kernels", "... -D,--dry-run/dry", "word*").does("package.remove"),
    ]),
    // Arch and others
    row("pacman yay paru pikaur trizen pamac-aur aura", "... --help,-h/info --version/info --config=odd --hookdir=odd --gpgdir=odd -b=word -r=write --root=write --dbpath=word --cachedir=write --overwrite=word --ignore=word --editor=run --makepkg=run --pacman=run --mflags=odd -S -R -U -Q -F -D -T -s -i -l -c -y -u -w -n -d -p -k -o -q -e -m -g -a -t -x -G -P -C -Y -v --sync --remove --upgrade --query --files --database --deptest --search --info --list --clean --print --needed --noconfirm --downloadonly --refresh --sysupgrade --owns --explicit --native --foreign --groups --check --changelog --unrequired", "word*")
        .also(pacman)
        .examples(&[
            ("pacman -Qe", ""),
            ("pacman -Ss x", ""),
            ("pacman -Syu --noconfirm", "package.install pacman"),
            ("pacman -Rns x", "package.remove pacman"),
            ("pacman -U /tmp/x.pkg.tar.zst", "package.install pacman; process.run /tmp/x.pkg.tar.zst"),
            ("pacman -Scc", "package.remove pacman"),
            ("yay x", "package.install yay"),
        ]),
    row("pamac", "...", "").sub(&[row("list search info checkupdates", "...", "word*"), row("install update upgrade build reinstall clone", "...", "word*").does("package.install"), row("remove clean", "...", "word*").does("package.remove")]),
    row("paccache pacdiff reflector pacman-mirrors pacstrap debootstrap archinstall", "... -d,--dryrun/dry -h,--help/info", "word*").does("package.install"),
    row("apk", "... --help,-h/info --version,-V/info -p,--root=write -X,--repository=send --keys-dir=odd --repositories-file=odd -q -v", "").sub(&[
        row("info search list policy version stats dot verify audit manifest", "...", "word*").examples(&[("apk info", "")]),
        row("add update upgrade fix fetch index cache", "... -s,--simulate/dry", "word*").does("package.install").also(local_file).examples(&[("apk add --no-cache curl", "package.install apk")]),
        row("del", "... -s,--simulate/dry", "word*").does("package.remove"),
    ]),
    row("emerge", "... --help,-h/info --version,-V/info -s,--search/info -S,--searchdesc/info -p,--pretend/dry --info/info -a,--ask -C,--unmerge!package.remove -c,--depclean!package.remove -P,--prune!package.remove --config-root=write --root=write", "word*").also(|run, given| {
        if !["-C", "-c", "-P"].iter().any(|name| given.has(name)) {
            meaning::declared(run, "package.install", "emerge");
        }
    })
    .examples(&[("emerge -pv x", ""), ("emerge x", "package.install emerge"), ("emerge -c x", "package.remove emerge")]),
    row("emaint eselect etc-update dispatch-conf layman ebuild quickpkg genkernel", "...", "word*").does("package.install"),
    row("xbps-install xbps-reconfigure xbps-alternatives xbps-pkgdb xbps-fetch", "... -n,--dry-run/dry -h,--help/info -V,--version/info", "word*").does("package.install"),
    row("xbps-remove", "... -n,--dry-run/dry -h,--help/info", "word*").does("package.remove"),
    row("opkg ipkg slackpkg eopkg swupd guix urpmi urpme installpkg upgradepkg removepkg pkg pkg_add pkg_delete pkgin pkgman sbopkg cave pi kiss tazpkg prt-get nala-gui cards rpm-ostree transactional-update bootc ujust topgrade", "... -h,--help/info -V,--version/info --dry-run/dry", "word*").also(verbs).examples(&[
        ("opkg list-installed", ""),
        ("pkg install x", "package.install pkg"),
        ("guix search x", ""),
        ("rpm-ostree status", ""),
        ("pkg delete x", "package.remove pkg"),
    ]),
    // macOS
    row("brew", "-h,--help/info -v,--verbose --version/info -d,--debug -q,--quiet --prefix[=word]/info --cellar[=word]/info --cache/info --repository[=word]/info --repo/info --env/info --caskroom/info --config/info", "").sub(&[
        row("list ls search info abv desc deps uses outdated doctor dr config leaves log missing commands help home homepage cat formulae casks options options-list tap-info livecheck shellenv shellenv-info analytics-state which-formula docs gist-logs-no readall formula command casks-list", "...", "word*").examples(&[("brew list", ""), ("brew info x", "")]),
        row("tap bundle", "... --file=word/code", "word*").also(|run, given| {
            let asks = matches!(given.operands.first().and_then(Field::text), Some("check" | "list" | "env")) || given.name.ends_with("tap") && given.operands.is_empty();
            if !asks {
                meaning::declared(run, "package.install", "brew");
            }
        }),
        row("install reinstall upgrade update up fetch link ln pin migrate postinstall unpack extract developer vendor-install update-reset rubydoc bump", "... -n,--dry-run/dry --file=word/code", "word*").does("package.install").also(local_file).examples(&[
            ("brew install jq", "package.install brew"),
            ("brew install ./evil.rb", "package.install brew; process.run /workspace/evil.rb"),
            ("brew install https://example.org/x.rb", "package.install brew; net.fetch example.org; code.run ruby"),
        ]),
        row("uninstall remove rm autoremove cleanup untap unlink unpin", "... -n,--dry-run/dry", "word*").does("package.remove").examples(&[("brew uninstall x", "package.remove brew"), ("brew cleanup -n", "")]),
        row("services", "... --json", "").does("tool.use").modes(&[row("list info", "...", "word*"), row("start run restart stop kill cleanup", "...", "word*").does("service.control")]),
        row("create edit test audit style tests typecheck ruby irb sh linkage analytics contributions", "...", "word*").does("process.run"),
    ]),
    row("port", "... -d -q -v -n -u -f", "").sub(&[
        row("list search info installed outdated deps dependents contents provides variants notes version help echo active inactive livecheck lint file dir cat rdeps rdependents location platform select", "...", "word*"),
        row("install upgrade selfupdate sync activate fetch extract patch configure build destroot test archive load reload edit", "...", "word*").does("package.install"),
        row("uninstall deactivate clean reclaim unload rev-upgrade", "...", "word*").does("package.remove"),
    ]),
    row("mas", "...", "").sub(&[row("list search info lookup outdated account version home vendor region help config", "...", "word*"), row("install upgrade purchase lucky get signin", "...", "word*").does("package.install"), row("uninstall reset signout", "...", "word*").does("package.remove")]),
    row("softwareupdate installer xcode-select xcodes pkgutil", "... -l,--list/info --list-full-installers/info -p,--print-path/info --pkgs[=word]/info --pkg-info=word/info --files=word/info -v,--version/info -h,--help/info --file-info=word/info --check-signature=word/info -pkginfo/info -volinfo/info -vers/info", "word*").style(Style::Dash).does("package.install").examples(&[("softwareupdate -l", ""), ("softwareupdate -i -a", "package.install softwareupdate")]),
    // across distributions
    row("snap", "-h,--help/info --version/info", "").sub(&[
        row("list find search info version warnings changes change tasks interfaces connections connection services get known model logs whoami aliases debug validate help interface okay keys recovery", "...", "word*").examples(&[("snap list", "")]),
        row("install refresh revert download try switch login buy prefer ack create-cohort set unset wait pack", "...", "word*").does("package.install").also(local_file).examples(&[
            ("snap install --dangerous x.snap", "package.install snap; process.run /workspace/x.snap"),
        ]),
        row("remove forget disable", "...", "word*").does("package.remove"),
        row("enable start stop restart", "...", "word*").does("service.control"),
        row("connect", "...", "word*").does("privilege.raise"),
        row("disconnect alias unalias save restore", "...", "word*").does("package.install"),
        row("run", "... --shell=odd", "word*").style(Style::First).also(|run, given| {
            if let Some(program) = given.operands.first() {
                run.effect(Action::PROCESS_RUN, Resource::Program { program: program.name() });
            }
        }),
    ]),
    row("flatpak", "... -h,--help/info --version/info -v", "").sub(&[
        row("list search info remotes remote-ls remote-info history ps documents permissions permission-show config-list", "...", "word*").examples(&[("flatpak list", "")]),
        row("install update upgrade remote-add remote-modify mask pin make-current config repair", "... --from=word/code", "word*").does("package.install").also(local_file),
        row("uninstall remove remote-delete document-unexport permission-remove permission-reset", "... --delete-data", "word*").does("package.remove"),
        row("override permission-set document-export", "...", "word*").does("privilege.raise"),
        row("run", "... --command=run --filesystem=word!privilege.raise --devel!privilege.raise", "word*").style(Style::First).does("process.run"),
        row("kill", "", "word*").does("process.kill"),
        row("enter", "", "word command").style(Style::First),
        row("build build-init build-finish build-export build-bundle build-import-bundle build-sign build-update-repo create-usb", "...", "word*").does("process.run"),
    ]),
    row("flatpak-builder appimagetool linuxdeploy snapcraft", "...", "word*").does("process.run").also(super::builds::here),
    // Nix
    row("nix-env", "... --help/info --version/info -q,--query -i,--install!package.install -u,--upgrade!package.install -e,--uninstall!package.remove --rollback!package.install --switch-profile=word!package.install -S=word!package.install -G=word!package.install --switch-generation=word!package.install --delete-generations!package.remove --list-generations --set!package.install --set-flag!package.install -f,--file=word/code -p,--profile=word -I=word/code -E=code:nix -A=word --option=odd", "word*").examples(&[
        ("nix-env -qa x", ""),
        ("nix-env -iA nixpkgs.x", "package.install nix-env"),
        ("nix-env -e x", "package.remove nix-env"),
    ]),
    row("nix-shell", "... --help/info --version/info --run=shell --command=shell -p,--packages -i=word -I=word/code -E,--expr=code:nix -A=word --argstr=word --pure --keep=word --option=odd --exclude=word", "word*").does("package.install process.run").also(super::builds::here).examples(&[
        ("nix-shell -p jq --run 'rm -rf ~'", "package.install nix-shell; process.run nix-shell; file.delete ~/**"),
    ]),
    row("nix", "... -h,--help/info --version/info --extra-experimental-features=word --option=odd", "").sub(&[
        row("help search eval why-depends path-info show-config show-derivation log hash edit ls flake-show doctor derivation config", "... --expr=code:nix -f=word/code", "word*").examples(&[("nix search nixpkgs x", "")]),
        row("build develop print-dev-env bundle fmt repl", "... -c,--command=word --expr=code:nix -f=word/code -o=write -I=word/code", "word*").does("package.install process.run").also(super::builds::here),
        row("run", "... --expr=code:nix -f=word/code", "word*").style(Style::First).does("package.install").also(|run, given| {
            if let Some(program) = given.operands.first() {
                run.effect(Action::PROCESS_RUN, Resource::Program { program: program.name() });
            }
        }),
        row("shell", "... -c,--command=word", "word*").does("package.install process.run"),
        row("profile", "", "").sub(&[row("list history diff-closures", "...", "word*"), row("install add upgrade rollback", "...", "word*").does("package.install"), row("remove wipe-history", "...", "word*").does("package.remove")]),
        row("flake", "", "").sub(&[row("show metadata info", "...", "word*"), row("init new update lock clone prefetch archive", "...", "word*").does("package.install"), row("check", "...", "word*").does("process.run")]),
        row("store", "", "").sub(&[row("ls cat verify ping info diff-closures path-from-hash-part", "...", "word*"), row("gc delete optimise", "...", "word*").does("package.remove"), row("add add-path add-file prefetch-file repair make-content-addressed copy-sigs sign", "...", "word*").does("package.install")]),
        row("registry channel upgrade-nix copy", "...", "word*").does("package.install"),
    ]),
    row("nix-build nix-instantiate nix-channel nixos-rebuild home-manager darwin-rebuild nix-prefetch-url nix-copy-closure", "... --help/info --version/info -E=code:nix --expr=code:nix --list/info -I=word/code --target-host=send --build-host=send", "word*").does("package.install").also(super::builds::here),
    row("nix-collect-garbage", "... --dry-run/dry --delete-older-than=word", "").does("package.remove"),
    row("nix-store", "... -q,--query -r,--realise --gc!package.remove --delete!package.remove --optimise --verify --print-roots --export --import!package.install --add!package.install --repair --verify-path", "word*"),
    // Windows, documents, devices
    row("winget choco scoop cinst cuninst", "... --help/info -h/info --version/info --info/info", "word*").also(verbs).examples(&[("choco list", ""), ("winget install x", "package.install winget")]),
    row("tlmgr", "...", "").sub(&[row("list info search check version help show dump-tlpdb candidates", "...", "word*"), row("key pinning platform arch pdftex xetex conf", "", "word*").also(verbs_behind), row("install update option paper init-usertree repository backup restore generate", "...", "word*").does("package.install"), row("remove uninstall", "...", "word*").does("package.remove")]),
    row("sdkmanager avdmanager", "... --list/info --list_installed/info --version/info --help/info --sdk_root=write --uninstall!package.remove", "word*").does("package.install"),
];

/// A package from a file, or from an address, is code that no repository vouches for.
fn local_file(run: &mut Run<'_>, given: &Given) {
    for package in &given.operands {
        let text = package.prefix();
        let ends = [".deb", ".rpm", ".snap", ".apk", ".rb", ".zst", ".xz", ".flatpak", ".flatpakref", ".pkg"];
        if text.contains("://") {
            super::javascript::source(run, package, "ruby");
        } else if text.starts_with(['.', '/', '~']) || ends.iter().any(|end| text.ends_with(end)) {
            file(run, package);
        } else if package.text().is_none() && text.is_empty() {
            run.doubt(unknown::OPERAND);
        }
    }
}

/// Scripts in a package's file run while it is installed.
fn file(run: &mut Run<'_>, package: &Field) {
    if package.prefix().contains("://") {
        return meaning::fetch(run, package);
    }
    for program in meaning::names(run, package) {
        run.effect(Action::PROCESS_RUN, Resource::Program { program });
    }
}

fn dpkg(run: &mut Run<'_>, given: &Given) {
    if given.has("-i") || given.has("--unpack") {
        for package in &given.operands {
            file(run, package);
        }
    }
    let reads = ["-c", "-I", "-f", "-x", "-X", "-e", "-R", "-W", "--fsys-tarfile", "--ctrl-tarfile"]
        .iter()
        .any(|name| given.has(name));
    let is_query = given.name == "dpkg" && given.has("-f") || given.has("-W");
    if reads
        && !is_query
        && let Some(archive) = given.operands.first()
    {
        meaning::path(run, Action::FILE_READ, archive, false);
    }
    if ["-x", "-X", "-e", "-R"].iter().any(|name| given.has(name) && !(given.name == "dpkg" && *name == "-R"))
        && let Some(place) = given.operands.get(1)
    {
        for name in meaning::names(run, place) {
            run.effect(
                Action::FILE_WRITE,
                Resource::path(crate::effects::shell::command::strictly_below(name)),
            );
        }
    }
    if given.has("-b")
        && let Some(target) = given.operands.get(1)
    {
        meaning::path(run, Action::FILE_WRITE, target, false);
    }
}

/// With `-q` or `-V` it asks; the same letters mean something else then.
fn rpm(run: &mut Run<'_>, given: &Given) {
    if given.has("-q") || given.has("-V") || given.has("-K") {
        if given.has("-p") || given.has("-K") {
            for package in &given.operands {
                if package.prefix().contains("://") {
                    meaning::fetch(run, package);
                } else {
                    meaning::path(run, Action::FILE_READ, package, false);
                }
            }
        }
        return;
    }
    if ["-i", "-U", "-F"].iter().any(|name| given.has(name)) {
        meaning::declared(run, "package.install", "rpm");
        for package in &given.operands {
            file(run, package);
        }
    }
    if given.has("-e") {
        meaning::declared(run, "package.remove", "rpm");
    }
}

/// One letter says what is done, others what of it.
fn pacman(run: &mut Run<'_>, given: &Given) {
    let name = given.name.clone();
    let has = |names: &[&str]| names.iter().any(|name| given.has(name));
    let asks = has(&["-s", "-i", "-l", "-g", "-p", "--search", "--info", "--list", "--groups", "--print"]);
    if has(&["-R", "--remove"]) {
        if !has(&["-p", "--print"]) {
            meaning::declared(run, "package.remove", &name);
        }
    } else if has(&["-U", "--upgrade"]) {
        if has(&["-p", "--print"]) {
            return;
        }
        meaning::declared(run, "package.install", &name);
        for package in &given.operands {
            file(run, package);
        }
    } else if has(&["-Q", "-F", "-T", "-P", "--query", "--files", "--deptest"]) {
        if has(&["-y", "--refresh"]) {
            meaning::declared(run, "package.install", &name);
        }
    } else if has(&["-S", "--sync"]) {
        if has(&["-c", "--clean"]) {
            meaning::declared(run, "package.remove", &name);
        } else if !asks || has(&["-y", "-u", "--refresh", "--sysupgrade"]) {
            meaning::declared(run, "package.install", &name);
        }
    } else if has(&["-Y"]) && has(&["-c"]) {
        meaning::declared(run, "package.remove", &name);
    } else if !given.operands.is_empty() || name != "pacman" || has(&["-D", "--database"]) {
        meaning::declared(run, "package.install", &name);
    }
}

/// The verb stands behind the thing: `tlmgr key list`.
fn verbs_behind(run: &mut Run<'_>, given: &Given) {
    let asks = ["list", "show", "print", "paper"];
    let last = given.operands.last().and_then(Field::text).unwrap_or_default();
    if !given.operands.is_empty() && !asks.contains(&last) {
        meaning::declared(run, "package.install", "tlmgr");
    }
}

/// Managers of which only the verb is known.
fn verbs(run: &mut Run<'_>, given: &Given) {
    let name = given.name.clone();
    let removes =
        name.contains("remove") || name.contains("delete") || matches!(name.as_str(), "urpme" | "cuninst");
    let verb = given.operands.first().map(Field::prefix).unwrap_or_default();
    let asks = [
        "list",
        "search",
        "find",
        "info",
        "show",
        "status",
        "query",
        "which",
        "outdated",
        "check",
        "help",
        "version",
        "describe",
        "depends",
        "whatdepends",
        "provides",
        "sources",
        "files",
        "stats",
        "audit",
        "rquery",
        "la",
        "li",
        "sr",
        "it",
        "size",
        "history",
        "packages",
        "bundle-list",
        "diff",
        "cat",
    ];
    let drops = [
        "remove",
        "delete",
        "uninstall",
        "erase",
        "purge",
        "autoremove",
        "clean",
        "autoclean",
        "rm",
        "del",
        "gc",
        "rmf",
        "bundle-remove",
        "reset",
        "unpin",
        "rr",
    ];
    // `guix package -r x`
    let removes =
        removes || given.unread.iter().any(|option| matches!(option.text(), Some("-r" | "--remove")));
    let is = |words: &[&str]| words.iter().any(|word| verb == *word || verb.starts_with(&format!("{word}-")));
    if removes || is(&drops) {
        meaning::declared(run, "package.remove", &name);
    } else if given.operands.is_empty() && name != "topgrade" || is(&asks) {
        // Nothing but what is shown.
    } else {
        meaning::declared(run, "package.install", &name);
    }
}
