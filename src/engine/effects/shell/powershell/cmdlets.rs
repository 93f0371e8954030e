//! What cmdlets do, by their names and aliases. One table.
//!
//! Which of a cmdlet's words is a path and which a pattern is not told apart: for what is read, written or
//! deleted, every word counts. That says too much at times, and never too little.

use super::{Word, opaque};
use crate::effects::shell::field::{Bit, Field};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::shell::{meaning, thing};
use crate::effects::{Action, Name, Resource};

/// What a cmdlet does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// It shows, counts, sorts or converts.
    Nothing,
    /// These actions on every path among its words.
    Paths(&'static str),
    /// It asks a machine, or sends to it.
    Web,
    /// An action on itself.
    Itself(&'static str),
    /// It runs what it is given.
    Code,
}

/// Names in small letters, and what they do.
const TABLE: &[(&str, Does)] = &[
    (
        "write-output echo write write-host write-verbose write-warning write-error out-host out-string out-null out-default oh get-date get-location gl pwd get-process gps ps get-service gsv get-command gcm get-help help man get-member gm select-object select sort-object sort measure-object measure group-object group format-table ft format-list fl format-wide fw format-custom convertto-json convertfrom-json convertto-csv convertfrom-csv convertto-html get-host get-module gmo get-psdrive gdr get-alias gal get-culture get-uiculture get-random get-unique gu compare-object compare diff start-sleep sleep get-computerinfo get-hotfix get-eventlog get-winevent get-netipaddress get-netipconfiguration get-netadapter get-nettcpconnection get-netroute get-disk get-volume get-partition get-physicaldisk get-localuser get-localgroup get-localgroupmember get-scheduledtask get-executionpolicy get-timezone get-verb get-typedata get-psversion clear-host cls join-path split-path get-uptime get-error get-job gjb get-package get-packageprovider get-psrepository get-installedmodule find-module find-package get-ciminstance gcim get-wmiobject gwmi get-counter get-smbshare get-dnsclientcache get-acl tee-variable get-process.exe tasklist hostname whoami get-psprovider get-formatdata new-guid new-timespan get-runspace",
        Does::Nothing,
    ),
    (
        "get-content gc cat type import-csv ipcsv select-string sls get-filehash import-clixml get-itemproperty gp get-itempropertyvalue gpv format-hex fhx get-authenticodesignature",
        Does::Paths("file.read"),
    ),
    (
        "get-childitem gci ls dir get-item gi test-path resolve-path rvpa convert-path tree",
        Does::Paths("file.list"),
    ),
    (
        "set-content add-content ac out-file new-item ni md mkdir tee-object tee export-csv epcsv export-clixml clear-content clc compress-archive expand-archive start-transcript set-itemproperty sp new-itemproperty set-item si",
        Does::Paths("file.read file.write"),
    ),
    ("copy-item cpi cp copy", Does::Paths("file.read file.write")),
    ("move-item mi mv move rename-item rni ren", Does::Paths("file.read file.write file.delete")),
    (
        "remove-item ri rm rmdir rd del erase remove-itemproperty rp clear-item cli clear-recyclebin",
        Does::Paths("file.delete"),
    ),
    ("set-acl", Does::Paths("file.permission")),
    (
        "invoke-webrequest iwr curl wget invoke-restmethod irm start-bitstransfer test-connection test-netconnection tnc resolve-dnsname",
        Does::Web,
    ),
    ("stop-process spps kill wait-process debug-process", Does::Itself("process.kill")),
    (
        "stop-service spsv start-service sasv restart-service set-service suspend-service resume-service",
        Does::Itself("service.control"),
    ),
    (
        "new-service register-scheduledtask new-scheduledtask set-scheduledtask register-scheduledjob register-wmievent register-objectevent set-wmiinstance new-psdrive enable-psremoting set-alias sal new-alias nal register-psrepository",
        Does::Itself("persistence.install"),
    ),
    (
        "set-executionpolicy new-localuser set-localuser add-localgroupmember enable-localuser set-mppreference add-mppreference disable-windowsoptionalfeature set-netfirewallprofile new-netfirewallrule",
        Does::Itself("privilege.raise"),
    ),
    (
        "clear-eventlog clear-history remove-eventlog set-psreadlineoption stop-transcript",
        Does::Itself("evasion.hide"),
    ),
    ("stop-computer restart-computer suspend-computer", Does::Itself("system.power")),
    (
        "format-volume clear-disk initialize-disk remove-partition set-disk new-partition",
        Does::Itself("system.disk"),
    ),
    (
        "install-module install-package install-script update-module save-module install-psresource",
        Does::Itself("package.install"),
    ),
    ("uninstall-module uninstall-package", Does::Itself("package.remove")),
    ("publish-module publish-script", Does::Itself("package.publish")),
    (
        "get-credential get-secret get-history h ghy history convertfrom-securestring convertto-securestring get-variable gv get-clipboard gcb export-pfxcertificate",
        Does::Itself("secret.read"),
    ),
    ("send-mailmessage", Does::Itself("net.send")),
    (
        "invoke-expression iex invoke-command icm start-process saps start invoke-item ii new-object add-type import-module ipmo invoke-wmimethod invoke-cimmethod start-job sajb enter-pssession etsn new-pssession invoke-history ihy foreach-object foreach where-object where set-location sl cd chdir push-location pushd pop-location popd set-variable sv new-variable nv powershell powershell.exe pwsh cmd cmd.exe invoke-build start-threadjob % ? sc",
        Does::Code,
    ),
];

/// Follows a command; `false` where it is not known what it does.
pub(super) fn follow(run: &mut Run<'_>, windows: bool, command: &[Word]) -> bool {
    let Some((first, words)) = command.split_first() else { return true };
    for word in command {
        if let Word::Environment(name) = word {
            const PLAIN: &[&str] = &[
                "path",
                "home",
                "userprofile",
                "username",
                "user",
                "temp",
                "tmp",
                "os",
                "computername",
                "processor_architecture",
                "psmodulepath",
            ];
            if !PLAIN.contains(&name.as_str()) {
                run.effect(Action::SECRET_READ, thing("environment"));
            }
        }
    }
    let Word::Plain(name) = first else {
        // A value alone is shown; with words behind it, it is no command.
        return words.is_empty();
    };
    let name = name.to_ascii_lowercase();
    redirected(run, words);
    // Elsewhere, an alias gives way to the program of its name.
    if !windows && !name.contains('-') && crate::effects::shell::table::find(&name).is_some() {
        native(run, command);
    }
    match TABLE.iter().find(|(names, _)| names.split(' ').any(|known| known == name)).map(|(_, does)| *does) {
        Some(Does::Nothing) => true,
        Some(Does::Paths(actions)) => paths(run, &name, actions, words),
        Some(Does::Web) => {
            web(run, words);
            true
        }
        Some(Does::Itself(action)) => {
            run.effect(Action::named(action), resource(action, &name));
            true
        }
        Some(Does::Code) => false,
        // A cmdlet that has no row.
        None if name.contains('-') && !name.contains(['/', '.']) => false,
        None => native(run, command),
    }
}

fn resource(action: &str, name: &str) -> Resource {
    match action.split('.').next() {
        Some("process") => Resource::Program { program: Name::Literal(name.to_owned()) },
        Some("net") => Resource::host(Name::Dynamic),
        _ => thing(name),
    }
}

/// What redirections write.
fn redirected(run: &mut Run<'_>, words: &[Word]) {
    for pair in words.windows(2) {
        if let [Word::Into, file] = pair
            && let Some(field) = field(file)
            && field.text().is_none_or(|text| !text.starts_with('$'))
        {
            meaning::path(run, Action::FILE_WRITE, &field, false);
        }
    }
}

/// A word as an argument; a wildcard outside quotes is one.
fn field(word: &Word) -> Option<Field> {
    match word {
        Word::Plain(text) if text.contains(['*', '?']) => Some(Field::of(Bit::Wild(text.clone()))),
        Word::Plain(text) | Word::Text(text) => Some(Field::literal(text)),
        Word::Environment(_) => Some(Field::any()),
        Word::Told | Word::Into => None,
    }
}

fn is_parameter(word: &Word, names: &[&str]) -> bool {
    let Word::Plain(text) = word else { return false };
    let Some(own) = text.strip_prefix('-') else { return false };
    let own = own.split(':').next().unwrap_or(own).to_ascii_lowercase();
    !own.is_empty() && names.iter().any(|name| name.starts_with(&own))
}

fn paths(run: &mut Run<'_>, name: &str, actions: &str, words: &[Word]) -> bool {
    let tree = words.iter().any(|word| is_parameter(word, &["recurse", "depth"]))
        || matches!(name, "tree" | "compress-archive" | "expand-archive");
    let mut any = false;
    for word in words {
        let argument = match word {
            // `-Path:x`
            Word::Plain(text) if text.starts_with('-') => match text.split_once(':') {
                Some((_, value)) => Word::Plain(value.to_owned()),
                None => continue,
            },
            word => word.clone(),
        };
        if let Word::Plain(text) | Word::Text(text) = &argument {
            let small = text.to_ascii_lowercase();
            // Drives that are no files.
            if small.starts_with("env:") {
                run.effect(Action::SECRET_READ, thing("environment"));
                any = true;
                continue;
            }
            if ["hklm:", "hkcu:", "hkcr:", "registry:", "cert:", "wsman:", "function:", "alias:", "variable:"]
                .iter()
                .any(|drive| small.starts_with(drive))
            {
                if actions != "file.read" && actions != "file.list" {
                    run.effect(Action::PERSISTENCE_INSTALL, thing("registry"));
                }
                any = true;
                continue;
            }
        }
        let plain = matches!(argument, Word::Plain(_));
        let Some(whole) = field(&argument) else { continue };
        any = true;
        let each: Vec<Field> = match whole.text_with_wildcards().filter(|text| plain && text.contains(',')) {
            Some(text) => text.split(',').filter(|one| !one.is_empty()).map(Field::literal).collect(),
            None => vec![whole],
        };
        for one in each {
            for action in actions.split(' ') {
                meaning::path(run, Action::named(action), &one, tree);
            }
        }
    }
    // Without a path it is what flows in, or this directory.
    if !any {
        match actions {
            "file.list" => meaning::path(run, Action::FILE_LIST, &Field::literal("."), tree),
            "file.read" => {}
            _ => return false,
        }
    }
    true
}

fn web(run: &mut Run<'_>, words: &[Word]) {
    let sends = words.iter().any(|word| {
        is_parameter(
            word,
            &[
                "body",
                "infile",
                "form",
                "method",
                "headers",
                "custommethod",
                "upload",
                "credential",
                "websession",
                "proxy",
            ],
        )
    });
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if is_parameter(word, &["outfile", "destination"]) {
            if let Some(file) = words.next().and_then(field) {
                meaning::path(run, Action::FILE_WRITE, &file, false);
            }
            continue;
        }
        match word {
            Word::Plain(text) if text.starts_with('-') => {}
            Word::Plain(text) | Word::Text(text) => {
                if text.contains("://") || text.contains('.') && !text.contains(['\\', ' ']) {
                    meaning::fetch(run, &Field::literal(text));
                    if sends {
                        meaning::send(run, &Field::literal(text));
                    }
                }
            }
            Word::Environment(_) => run.effect(Action::NET_SEND, Resource::host(Name::Dynamic)),
            Word::Told | Word::Into => {}
        }
    }
}

/// A program that is no cmdlet.
fn native(run: &mut Run<'_>, command: &[Word]) -> bool {
    let until = command.iter().position(|word| *word == Word::Into).unwrap_or(command.len());
    let fields: Vec<Field> =
        command.iter().take(until).map(|word| field(word).unwrap_or_else(Field::any)).collect();
    if fields.iter().any(|field| field.text_with_wildcards().is_some_and(|text| text.contains(','))) {
        opaque(run);
    }
    run.within("powershell", None, |run| run.program(&fields, Stream::local()));
    true
}
