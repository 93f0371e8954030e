//! Container engines: docker and what speaks its language, compose, and the tools around images.
//!
//! What runs in a container lands there; what gives a container power over its host is a privilege of its own.

use super::builds::here;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Output, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Reach, Resource};

const ENGINE: &str = "--help/info -v,--version/info -D,--debug -H,--host=send -c,--context=word -l,--log-level=word --tls --tlscacert=read --tlscert=read --tlskey=read --tlsverify --config=odd --log-driver=word --namespace=word -n=word --connection=word --root=word --runroot=word --remote --url=send --storage-driver=word";

const RUN: &str = "--help/info -d,--detach -i,--interactive -t,--tty --rm --init --name=word -e,--env=word --env-file=read -w,--workdir=word -u,--user=word -h,--hostname=word -p,--publish=word -P,--publish-all -l,--label=word --label-file=read --network,--net=word --network-alias=word --ip=word --dns=word --dns-search=word --add-host=word -m,--memory=word --memory-swap=word --cpus=word -c,--cpu-shares=word --cpuset-cpus=word --gpus=word --shm-size=word --ulimit=word --tmpfs=word --platform=word --pull=word -q,--quiet --entrypoint=word --expose=word --health-cmd=word --no-healthcheck --log-driver=word --log-opt=word --read-only --stop-signal=word --stop-timeout=word --link=word --storage-opt=word --isolation=word --cidfile=write -a,--attach=word --sig-proxy[=word] --group-add=word --mac-address=word --replace --tz=word --pod=word --arch=word --os=word --http-proxy[=word] --userns=word --pids-limit=word --oom-kill-disable --restart=word -v,--volume=word --mount=word --volumes-from=word --privileged!container.privilege --cap-add=container.privilege --cap-drop=word --device=container.privilege --device-cgroup-rule=container.privilege --security-opt=word --pid=word --ipc=word --uts=word --cgroupns=word --cgroup-parent=word --sysctl=word --runtime=word";

const EXEC: &str = "--help/info -d,--detach --detach-keys=word -e,--env=word --env-file=read -i,--interactive -t,--tty -u,--user=word -w,--workdir=word --privileged!container.privilege -T,--no-TTY --index=word -l,--latest";

const COMPOSE: &str = "--help/info -f,--file=word/code -p,--project-name=word --profile=word --env-file=read --project-directory=cd --parallel=word --ansi=word --progress=word --compatibility --dry-run/dry --all-resources --verbose -v,--version/info";

const IMAGE: &[Row] = &[
    row("ls list", "...", "word*").does("container.read"),
    row("inspect history", "...", "word*").does("container.read"),
    row("pull", "--help/info -a,--all-tags -q,--quiet --platform=word --disable-content-trust --tls-verify[=word] --creds=odd --authfile=odd", "word").also(pulled),
    row("push", "--help/info -a,--all-tags -q,--quiet --disable-content-trust --tls-verify[=word] --creds=odd --authfile=odd", "word word?").does("package.publish").also(pushed),
    row("rm remove", "--help/info -f,--force --no-prune -a,--all", "container.delete*"),
    row("prune", "--help/info -a,--all -f,--force --filter=word", "").does("container.delete=images"),
    row("tag", "--help/info", "word container.write"),
    row("build", BUILD, "word?").does("container.write process.run").also(build_context),
    row("save", "--help/info -o,--output=write --platform=word", "word*").does("container.read"),
    row("load import", "--help/info -i,--input=read -q,--quiet --platform=word -m,--message=word -c,--change=word", "read? word?").does("container.write=images"),
];

const BUILD: &str = "--help/info -t,--tag=word -f,--file=word/code --build-arg=word --target=word --no-cache --pull --platform=word -q,--quiet --progress=word --label=word --rm --force-rm --squash --compress --network=word --add-host=word --cache-from=word --cache-to=odd --iidfile=write --metadata-file=write -o,--output=word --load --push!package.publish --secret=odd --ssh=odd --build-context=odd --ulimit=word --memory=word --cpuset-cpus=word --shm-size=word --isolation=word --builder=word --provenance[=word] --sbom[=word] --layers --format=word --check --call=word";

const CONTAINER: &[Row] = &[
    row("ls ps list", "...", "word*").does("container.read").output(Output::Names),
    row("logs top port stats diff wait attach", "...", "word*").does("container.read"),
    row("inspect", "...", "word*").does("container.read").also(inspected),
    row("export", "--help/info -o,--output=write", "word").does("container.read"),
    row("run create", RUN, "word word*").style(Style::First).gives(started),
    row("exec", EXEC, "word word*").style(Style::First).gives(executed),
    row("start restart stop pause unpause rename update", "...", "container.write*"),
    row("kill", "--help/info -s,--signal=word", "container.delete*"),
    row(
        "rm",
        "--help/info -f,--force -v,--volumes -l,--link -a,--all -i,--ignore -t,--time=word",
        "container.delete*",
    ),
    row("prune", "--help/info -f,--force --filter=word", "").does("container.delete=containers"),
    row(
        "commit",
        "--help/info -a,--author=word -m,--message=word -c,--change=word -p,--pause[=word]",
        "word container.write?",
    ),
    row("cp", "--help/info -a,--archive -L,--follow-link -q,--quiet", "word word").also(copied).examples(&[
        ("docker cp web:/run/secrets/db .", "container.read web:/run/secrets/db; file.read /run/secrets/db/** in web; secret.read /run/secrets/db/** in web; file.write /workspace/**"),
        ("docker cp web:/app/log.txt .", "container.read web:/app/log.txt; file.read /app/log.txt/** in web; file.write /workspace/**"),
    ]),
];

const VOLUME: &[Row] = &[
    row("ls list inspect", "...", "word*").does("container.read"),
    row("create update", "...", "container.write*"),
    row("rm remove", "...", "container.delete*"),
    row("prune", "...", "").does("container.delete=volumes"),
];

const NETWORK: &[Row] = &[
    row("ls list inspect", "...", "word*").does("container.read"),
    row("create connect disconnect", "...", "container.write*"),
    row("rm remove", "...", "container.delete*"),
    row("prune", "...", "").does("container.delete=networks"),
];

const SWARM: &[Row] = &[
    row("ls ps inspect logs services", "... --showsecret!secret.read", "word*").does("container.read"),
    row("create update scale deploy up rollback promote demote", "...", "container.write*"),
    row("rm remove down", "...", "container.delete*"),
];

const COMPOSED: &[Row] = &[
    row("ps ls images top logs events port version stats volumes", "...", "word*").does("container.read"),
    row("config convert", "... -o,--output=write --environment!secret.read --variables", "word*").does("container.read").examples(&[
        ("docker compose config --environment", "container.read docker compose config; secret.read docker compose config"),
        ("docker compose config --services", "container.read docker compose config"),
    ]),
    // The files say from where.
    row("pull", "...", "word*").does("container.write process.run=compose").also(here),
    row("push", "...", "word*").does("package.publish net.send"),
    row("build", "-q,--quiet --no-cache --pull --progress=word --build-arg=word -m,--memory=word --with-dependencies --parallel --check --push!package.publish --ssh=odd --builder=word --compress --force-rm --print", "word*").does("container.write process.run=compose").also(here).examples(&[
        ("docker compose build web", "container.write docker compose build; process.run compose"),
        ("cd /tmp/x && docker compose build", "container.write docker compose build; process.run compose; process.run /tmp/x"),
        ("docker compose -f /tmp/x.yml build", "container.write docker compose build; process.run compose; process.run /tmp/x.yml"),
    ]),
    row("up", "... --scale=word -t,--timeout=word --exit-code-from=word --attach=word --no-attach=word --pull=word --wait-timeout=word", "word*").does("process.run=compose container.write"),
    row("create start restart pause unpause watch scale", "...", "word*").does("container.write"),
    row("stop", "...", "word*").does("container.write"),
    row("down", "--help/info --remove-orphans -t,--timeout=word --rmi=word!container.delete=images -v,--volumes!container.delete=volumes --dry-run/dry", "word*").does("container.delete"),
    row("rm", "--help/info -f,--force -s,--stop -v,--volumes --dry-run/dry", "word*").does("container.delete"),
    row("kill", "--help/info -s,--signal=word --remove-orphans --dry-run/dry", "word*").does("container.delete"),
    row("run", "--help/info -d,--detach -e,--env=word --entrypoint=word --name=word --no-deps --rm -p,--publish=word --service-ports --use-aliases -u,--user=word -v,--volume=word -w,--workdir=word -T,--no-TTY -i,--interactive -l,--label=word --build --quiet-pull -q,--quiet --remove-orphans --cap-add=container.privilege --pull=word --env-from-file=read", "word word*").style(Style::First).gives(started),
    row("exec", EXEC, "word word*").style(Style::First).gives(executed),
    row("cp", "...", "word word").also(copied),
];

/// Sub-commands that docker and podman share.
const DOCKER: &[Row] = &[
    row("ps", "...", "word*").does("container.read").output(Output::Names),
    row("images", "...", "word*").does("container.read").output(Output::Names),
    row("logs top port stats diff wait attach history version info events", "...", "word*")
        .does("container.read"),
    row("inspect", "...", "word*").does("container.read").also(inspected),
    row("search", "...", "word*").does("net.fetch=index.docker.io"),
    row("login", "...", "word*").does("secret.read container.write net.send"),
    row("logout", "...", "word*").does("container.write"),
    row("export", "--help/info -o,--output=write", "word").does("container.read"),
    row("run create", RUN, "word word*").style(Style::First).gives(started).examples(&[
        ("docker run --rm alpine ls", "container.write alpine; file.list /workspace in alpine"),
        (
            "docker run -v /:/h alpine rm -rf /h/home",
            "container.write alpine; container.privilege /; file.delete /h/home/** in alpine",
        ),
    ]),
    row("exec", EXEC, "word word*")
        .style(Style::First)
        .gives(executed)
        .examples(&[("docker exec db rm -rf /data", "container.read db; file.delete /data/** in db")]),
    row("start restart stop pause unpause rename update", "...", "container.write*"),
    row("kill", "--help/info -s,--signal=word", "container.delete*"),
    row(
        "rm",
        "--help/info -f,--force -v,--volumes -l,--link -a,--all -i,--ignore -t,--time=word",
        "container.delete*",
    ),
    row("rmi", "--help/info -f,--force --no-prune -a,--all", "container.delete*"),
    row(
        "commit",
        "--help/info -a,--author=word -m,--message=word -c,--change=word -p,--pause[=word]",
        "word container.write?",
    ),
    row("cp", "--help/info -a,--archive -L,--follow-link -q,--quiet", "word word").also(copied),
    row(
        "pull",
        "--help/info -a,--all-tags -q,--quiet --platform=word --disable-content-trust --tls-verify[=word]",
        "word",
    )
    .also(pulled),
    row(
        "push",
        "--help/info -a,--all-tags -q,--quiet --disable-content-trust --tls-verify[=word]",
        "word word?",
    )
    .does("package.publish")
    .also(pushed),
    row("tag", "--help/info", "word container.write"),
    row("build", BUILD, "word?").does("container.write process.run").also(build_context),
    row("save", "--help/info -o,--output=write --platform=word", "word*").does("container.read"),
    row(
        "load import",
        "--help/info -i,--input=read -q,--quiet --platform=word -m,--message=word -c,--change=word",
        "word*",
    )
    .does("container.write=images"),
    row("image", "", "").sub(IMAGE),
    row("container", "", "").sub(CONTAINER),
    row("volume", "", "").sub(VOLUME),
    row("network", "", "").sub(NETWORK),
    row("service stack node config", "", "").sub(SWARM),
    row("secret", "", "").sub(SWARM).does("secret.read"),
    row("swarm", "", "").sub(&[
        row("init join join-token unlock unlock-key update ca", "...", "word*")
            .does("container.privilege=swarm"),
        row("leave", "...", "").does("container.delete=swarm"),
    ]),
    row("system", "", "").sub(&[
        row("df info events", "...", "").does("container.read"),
        row("prune", "--help/info -a,--all -f,--force --volumes --filter=word", "")
            .does("container.delete=system"),
        row("reset migrate renumber", "...", "").does("container.delete=system"),
    ]),
    row("builder buildx", "", "").sub(&[
        row("ls inspect du version", "...", "word*").does("container.read"),
        row("build", BUILD, "word?").does("container.write process.run").also(build_context),
        row("bake", "...", "word*").does("container.write process.run"),
        row("prune rm", "...", "word*").does("container.delete=build-cache"),
        row("create use stop", "...", "word*").does("container.write"),
    ]),
    row("context", "", "").sub(&[
        row("ls inspect show", "...", "word*").does("container.read"),
        row("create use update import", "...", "word*").does("container.write"),
        row("export", "...", "word write?").does("secret.read"),
        row("rm", "...", "container.delete*"),
    ]),
    row("compose", COMPOSE, "").sub(COMPOSED).examples(&[(
        "docker compose down -v",
        "container.delete docker compose down; container.delete volumes",
    )]),
    row("scout sbom manifest trust", "...", "word*").does("container.read net.fetch"),
    row("plugin", "", "").sub(&[
        row("ls inspect", "...", "word*").does("container.read"),
        row("install create enable set upgrade", "...", "word*").does("container.privilege"),
        row("rm disable", "...", "container.delete*"),
    ]),
];

pub(super) const ROWS: &[Row] = &[
    row("docker podman nerdctl", ENGINE, "").sub(DOCKER).style(Style::First),
    row("docker-compose podman-compose", COMPOSE, "").sub(COMPOSED).style(Style::First),
    row("crictl", "--help/info -r,--runtime-endpoint=send -i,--image-endpoint=send -t,--timeout=word -D,--debug -c,--config=read", "").style(Style::First).sub(&[
        row("ps pods images logs inspect inspecti inspectp stats statsp info version", "...", "word*").does("container.read"),
        row("exec", EXEC, "word word*").style(Style::First).gives(executed),
        row("pull", "...", "word").also(pulled),
        row("run runp create start stop stopp update", "...", "word*").does("container.write"),
        row("rm rmp rmi", "...", "container.delete*"),
    ]),
    row("ctr", "...", "word*").sub_or(&[], Verb::First, &[
        Class { words: "ls list info version check", does: "container.read" },
        Class { words: "exec run", does: "container.privilege code.run=shell" },
        Class { words: "rm remove delete del kill", does: "container.delete" },
        Class { words: "", does: "container.write" },
    ]),
    row("buildah kaniko", "...", "word*").does("container.write process.run"),
    row("crane gcrane", "-v,--verbose --platform=word --insecure --allow-nondistributable-artifacts", "").sub(&[
        row("ls digest manifest config catalog validate blob", "-h,--help/info --full-ref -O,--omit-digest-tags --remote=word --tarball=read --fast -m,--platform=word", "word*").gives(|run, given| {
            pulled(run, given);
            Stream::foreign()
        }),
        row("version", "...", "word*"),
        row("pull", "-h,--help/info -c,--cache_path=write --format=word --annotate-ref", "word write").also(|run, given| {
            if let Some(image) = given.operands.first() {
                run.effect(Action::NET_FETCH, registry(image));
            }
        }),
        row("auth", "...", "word*").does("secret.read net.send"),
        row("push copy cp tag append mutate rebase flatten delete index gc", "...", "word*").does("package.publish net.send"),
    ]).examples(&[
        ("crane ls alpine", "net.fetch index.docker.io"),
        ("crane delete r.example/a:1", "package.publish crane; net.send configured"),
        ("crane pull r.example/a:1 a.tar", "net.fetch r.example; file.write /workspace/a.tar"),
    ]),
    row("skopeo", "...", "").sub_or(&[], Verb::First, &[
        Class { words: "inspect list-tags manifest-digest", does: "net.fetch container.read" },
        Class { words: "delete", does: "container.delete net.send" },
        Class { words: "", does: "net.fetch net.send package.publish" },
    ]),
    row("dive hadolint trivy grype syft", "... -o,--output=word --file=write", "read*").does("container.read").also(|run, given| {
        for output in given.values("-o") {
            let file = match output.split_once('=') {
                Some((_, file)) => Some(file),
                // A format to the others.
                None => (given.name.starts_with("trivy") || output.text().is_none()).then(|| output.clone()),
            };
            if let Some(file) = file {
                meaning::path(run, Action::FILE_WRITE, &file, false);
            }
        }
    })
    .examples(&[
        ("trivy fs . -o /srv/x", "container.read trivy; file.read /workspace; file.read /workspace/fs; file.write /srv/x"),
        ("syft . -o json=/srv/x", "container.read syft; file.read /workspace; file.write /srv/x"),
        ("syft . -o json", "container.read syft; file.read /workspace"),
    ]),
    row("minikube kind k3d colima", "--help/info -p,--profile=word -v=word --name=word", "word*").sub_or(&[], Verb::First, &[
        Class { words: "status get list ip version profile logs dashboard service", does: "container.read" },
        Class { words: "delete stop rm", does: "container.delete" },
        Class { words: "ssh exec", does: "container.privilege" },
        Class { words: "", does: "container.write" },
    ]),
];

/// A command in a container that runs already.
fn executed(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((container, command)) = given.operands.split_first() else { return Stream::default() };
    run.effect(Action::CONTAINER_READ, Resource::Cloud { cloud: container.name() });
    inside(run, given, container, command)
}

/// A container is made, and a command runs in it.
fn started(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((image, command)) = given.operands.split_first() else { return Stream::default() };
    run.effect(Action::CONTAINER_WRITE, Resource::Cloud { cloud: image.name() });
    power(run, given);
    let entry = given.value("--entrypoint").cloned();
    let command: Vec<Field> = entry.into_iter().chain(command.iter().cloned()).collect();
    if command.is_empty() {
        return Stream::local();
    }
    inside(run, given, image, &command)
}

fn inside(run: &mut Run<'_>, given: &Given, container: &Field, command: &[Field]) -> Stream {
    if command.is_empty() {
        return Stream::local();
    }
    let name = container.text().unwrap_or("?").to_owned();
    let input = given.input.clone();
    run.within(&given.name, Some(Reach::Container(name)), |run| {
        run.state.move_to(Some("/workspace".to_owned()));
        run.program(command, input)
    })
}

/// What gives a container power over its host.
fn power(run: &mut Run<'_>, given: &Given) {
    let mut powers: Vec<String> = Vec::new();
    for option in ["--pid", "--ipc", "--uts", "--network", "--userns", "--cgroupns"] {
        if given.values(option).any(|value| value.text() == Some("host")) && option != "--network" {
            powers.push(format!("the host's {}", option.trim_start_matches('-')));
        }
    }
    let unconfined = |value: &Field| {
        value.text().is_none_or(|text| text.contains("unconfined") || text.contains("disable"))
    };
    if given.values("--security-opt").any(unconfined) {
        powers.push("no confinement".to_owned());
    }
    if given.values("--restart").any(|value| !matches!(value.text(), Some("no" | "on-failure"))) {
        run.effect(
            Action::PERSISTENCE_INSTALL,
            Resource::Named { name: Name::Literal("a container that restarts".to_owned()) },
        );
    }
    let volumes: Vec<Field> = given.values("-v").cloned().collect();
    for volume in volumes {
        if let Some((source, _)) = volume.split_once(':') {
            powers.extend(mounted(run, &source));
        } else if volume.text().is_none() {
            powers.push("a mount that is decided when it runs".to_owned());
        }
    }
    let mounts: Vec<Field> = given.values("--mount").cloned().collect();
    for mount in mounts {
        let source = mount.text().and_then(|text| {
            text.split(',')
                .find_map(|part| part.strip_prefix("source=").or_else(|| part.strip_prefix("src=")))
        });
        if let Some(source) = source.map(str::to_owned) {
            powers.extend(mounted(run, &source));
        }
    }
    for power in powers {
        run.effect(Action::CONTAINER_PRIVILEGE, Resource::Cloud { cloud: Name::Literal(power) });
    }
}

/// A directory of the host that is handed to a container: outside the working directory it is a power.
fn mounted(run: &mut Run<'_>, source: &str) -> Option<String> {
    if !source.contains(['/', '.', '~', '$']) {
        return None;
    }
    let here = run.state.directory().map(str::to_owned);
    let names = meaning::names(run, &Field::literal(source));
    let within = names.iter().all(|name| match (name, &here) {
        (Name::Literal(path), Some(here)) => crate::effects::path::is_within(path, here),
        _ => false,
    });
    (!within).then(|| source.to_owned())
}

/// The environment of a container holds what it was started with, secrets too.
fn inspected(run: &mut Run<'_>, given: &Given) {
    let asks = given
        .operands
        .iter()
        .filter_map(Field::text_with_wildcards)
        .chain(given.options.iter().filter_map(|(_, value)| value.as_ref()?.text_with_wildcards()))
        .any(|text| text.contains(".Env") || text.contains("Config.Env"));
    if asks {
        run.effect(
            Action::SECRET_READ,
            Resource::Cloud { cloud: Name::Literal("environment of a container".to_owned()) },
        );
    }
}

fn registry(image: &Field) -> Resource {
    let host = image.prefix().split('/').next().unwrap_or_default();
    match image.text() {
        Some(text) if text.contains('/') && (host.contains(['.', ':']) || host == "localhost") => {
            crate::effects::web::host(host, None)
        }
        Some(_) => Resource::host(Name::Literal("index.docker.io".to_owned())),
        None => Resource::host(Name::Dynamic),
    }
}

fn pulled(run: &mut Run<'_>, given: &Given) {
    for image in &given.operands {
        run.effect(Action::NET_FETCH, registry(image));
    }
}

fn pushed(run: &mut Run<'_>, given: &Given) {
    for image in &given.operands {
        run.effect(Action::NET_SEND, registry(image));
    }
}

fn build_context(run: &mut Run<'_>, given: &Given) {
    for output in given.values("-o").cloned().collect::<Vec<_>>() {
        // `type=local,dest=out` or the directory alone.
        let text = output.text().map(str::to_owned);
        let named =
            text.as_deref().and_then(|text| text.split(',').find_map(|part| part.strip_prefix("dest=")));
        match (named, text.as_deref()) {
            (Some(place), _) => meaning::path(run, Action::FILE_WRITE, &Field::literal(place), true),
            (None, Some(text)) if text.contains("push=true") || text.contains("type=registry") => {
                meaning::declared(run, "package.publish", &given.name);
            }
            (None, Some(text)) if text.starts_with("type=") || text == "-" => {}
            _ => meaning::path(run, Action::FILE_WRITE, &output, true),
        }
    }
    for context in &given.operands {
        let text = context.text().unwrap_or_default();
        if text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/") {
            meaning::fetch(run, context);
            meaning::declared(run, "code.run=dockerfile", &given.name);
        } else if text == "-" {
            meaning::declared(run, "code.run=dockerfile", &given.name);
        } else {
            meaning::path(run, Action::FILE_READ, context, true);
            // What it says is run, in a container.
            meaning::own_code(run, context);
        }
    }
}

/// A place within a container is what it is on a machine.
pub(super) fn taken_out(run: &mut Run<'_>, given: &Given, from: &Field) {
    let Some((container, path)) = from.split_once(':') else { return };
    run.within(&given.name, Some(Reach::Container(container)), |run| {
        run.state.move_to(Some("/".to_owned()));
        meaning::path(run, Action::FILE_READ, &path, true);
    });
}

/// `cp` between a container and the machine.
fn copied(run: &mut Run<'_>, given: &Given) {
    let remote = |field: &Field| field.prefix().split('/').next().is_some_and(|first| first.contains(':'));
    let [from, to] = given.operands.as_slice() else { return };
    if remote(from) {
        run.effect(Action::CONTAINER_READ, Resource::Cloud { cloud: from.name() });
        super::containers::taken_out(run, given, from);
        meaning::path(run, Action::FILE_WRITE, to, true);
    } else {
        meaning::path(run, Action::FILE_READ, from, true);
        run.effect(Action::CONTAINER_WRITE, Resource::Cloud { cloud: to.name() });
    }
}
