//! Clusters: kubectl and what is built around it.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Reach, Resource};

/// Options of every kubectl command.
const GLOBAL: &str = "--context=word --cluster=word --user=word -n,--namespace=word --kubeconfig=read!process.run=kubeconfig -s,--server=send --token=word --as=kubernetes.privilege --as-group=kubernetes.privilege --as-uid=word --insecure-skip-tls-verify[=word] --certificate-authority=read --client-certificate=read --client-key=read --request-timeout=word -v,--v=word --cache-dir=word --match-server-version --tls-server-name=word --warnings-as-errors --help/info -h/info";

const READ: &str = "--context=word --cluster=word --user=word -n,--namespace=word --kubeconfig=read!process.run=kubeconfig -s,--server=send --token=word --as=kubernetes.privilege --as-group=kubernetes.privilege --request-timeout=word --help/info -h/info -A,--all-namespaces -o,--output=word -l,--selector=word --field-selector=word -w,--watch -c,--container=word -f,--follow --tail=word --since=word --since-time=word -p,--previous --timestamps --sort-by=word --show-labels --no-headers --all-containers --prefix --max-log-requests=word --limit-bytes=word --ignore-not-found --chunk-size=word --label-columns=word -L=word --template=word --output-watch-events --watch-only --show-kind --show-managed-fields --subresource=word --raw=word --recursive -R --api-version=word --api-group=word --namespaced[=word] --verbs=word --cached --categories=word --client --short --output-directory=write --list --events --chart=word --all[=word]";

/// What changes a resource that a file describes.
const CHANGE: &str = "--context=word --cluster=word --user=word -n,--namespace=word --kubeconfig=read!process.run=kubeconfig -s,--server=send --token=word --as=kubernetes.privilege --as-group=kubernetes.privilege --request-timeout=word --help/info -h/info -A,--all-namespaces -f,--filename=word -k,--kustomize=readtree -R,--recursive -l,--selector=word --field-selector=word --dry-run=word -o,--output=word --server-side --field-manager=word --force --force-conflicts --prune!kubernetes.delete --prune-allowlist=word --all --validate[=word] --wait[=word] --timeout=word --grace-period=word --cascade=word --now --ignore-not-found[=word] --record[=word] --save-config[=word] --overwrite[=word] --type=word -p,--patch=word --patch-file=read --subresource=word --replicas=word --current-replicas=word --min=word --max=word --cpu-percent=word --image=word --port=word --target-port=word --name=word --env=word --labels=word --from-literal=word --from-file=read --from-env-file=read --cert=read --key=read --docker-server=word --docker-username=word --docker-password=word --docker-email=word --schedule=word --to-revision=word --revision=word --ignore-daemonsets --delete-emptydir-data --delete-local-data --disable-eviction --pod-selector=word --clusterrole=kubernetes.privilege --role=kubernetes.privilege --serviceaccount=word --verb=word --resource=word --group=word --tcp=word --class=word --rule=word --external-name=word --session-affinity=word --protocol=word --local -c,--containers=word --limits=word --requests=word --list --resolve --keys=word --prefix=word --from=word --show-managed-fields --edit --command --generator=word --interactive -i";

pub(super) const ROWS: &[Row] = &[
    row("kubectl oc k kubecolor k3s", GLOBAL, "").style(Style::First).sub(&[
        row("get describe", READ, "word*").also(read_resources).examples(&[
            ("kubectl get pods -A", "kubernetes.read pods"),
            ("kubectl get deploy x -o jsonpath='{.spec.template.spec.containers[*].env}'", "kubernetes.read deploy x; secret.read environment"),
            // How to sign in is said there, and may be a program.
            ("kubectl --kubeconfig ./x get pods", "file.read /workspace/x; process.run kubeconfig; kubernetes.read pods"),
            ("kubectl get po -o go-template-file=/srv/t", "file.read /srv/t; kubernetes.read po"),
            ("kubectl get secrets -A -o yaml", "kubernetes.read secrets; secret.read secrets"),
            ("kubectl get secret/db -o yaml", "kubernetes.read secret/db; secret.read secret/db"),
        ]),
        row("logs top explain events api-resources api-versions version cluster-info options wait diff", "--output-directory=writetree -f,--filename=read -k,--kustomize=readtree --for=word --timeout=word ...", "word*").does("kubernetes.read"),
        row("auth", GLOBAL, "").sub(&[
            row("can-i whoami", READ, "word*").does("kubernetes.read"),
            row("reconcile", CHANGE, "word*").does("kubernetes.privilege"),
        ]),
        row("config", "--kubeconfig=read!process.run=kubeconfig --help/info", "").sub(&[
            row("current-context get-contexts get-clusters get-users", "...", "word*"),
            row("view", "--raw!secret.read --minify --flatten -o,--output=word --kubeconfig=read!process.run=kubeconfig --merge[=word] --allow-missing-template-keys[=word] --help/info", "word*"),
            row("use-context set set-context set-cluster unset rename-context", "...", "word*").does("file.write=~/.kube/config"),
            row("set-credentials", "...", "word*").does("file.write=~/.kube/config secret.read"),
            row("delete-context delete-cluster delete-user", "...", "word*").does("file.write=~/.kube/config"),
        ]),
        row("apply create replace patch edit label annotate scale autoscale expose set run rollout taint cordon uncordon", CHANGE, "word*").style(Style::Gnu).also(changed).examples(&[
            ("kubectl apply -f k8s/", "file.read /workspace/k8s/**; kubernetes.write k8s/"),
            ("kubectl rollout history deploy/api", "kubernetes.read history deploy/api"),
            ("kubectl create clusterrolebinding a --clusterrole=cluster-admin", "kubernetes.privilege cluster-admin; kubernetes.privilege clusterrolebinding a; kubernetes.write clusterrolebinding a"),
        ]),
        row("delete drain", CHANGE, "word*").also(deleted).examples(&[
            ("kubectl delete ns production", "kubernetes.delete ns production"),
        ]),
        row("exec", "--context=word --cluster=word --user=word -n,--namespace=word --kubeconfig=read!process.run=kubeconfig --as=kubernetes.privilege -c,--container=word -i,--stdin -t,--tty -q,--quiet -f,--filename=word --pod-running-timeout=word --help/info", "word word*").style(Style::Gnu).gives(executed).examples(&[
            ("kubectl exec web-0 rm -rf /data", "kubernetes.write web-0; file.delete /data in web-0; unknown option_unknown"),
            ("kubectl exec -it db-0 -n prod -- rm -r /data", "kubernetes.write db-0; file.delete /data/** in db-0"),
        ]),
        row("rsh", "--context=word -n,--namespace=word -c,--container=word", "word word*").style(Style::First).gives(executed),
        row("debug", "...", "word*").does("kubernetes.privilege"),
        row("attach", "...", "word*").does("kubernetes.write"),
        row("port-forward proxy", "...", "word*").does("net.listen kubernetes.read"),
        row("cp", "--context=word -n,--namespace=word -c,--container=word --retries=word --no-preserve[=word]", "word word").also(copied),
        row("certificate", "...", "word*").does("kubernetes.privilege"),
        row("kustomize", "--enable-exec/odd --enable-alpha-plugins/odd --enable-helm/odd --helm-command=odd --network/odd -o,--output=write ...", "readtree*").does("kubernetes.read").examples(&[
            ("kubectl kustomize --enable-helm --helm-command=./x .", "file.read /workspace/**; kubernetes.read kubectl kustomize; unknown option_odd"),
        ]),
        row("plugin", "", "").sub(&[row("list", "...", "")]),
        row("krew", "", "").sub(&[
            row("list info search version", "...", "word*").does("net.fetch"),
            row("install update upgrade", "...", "word*").does("package.install persistence.install"),
            row("uninstall", "...", "word*").does("package.remove"),
        ]),
        row("completion", "...", "word*"),
        row("login", "...", "word*").does("secret.read net.send"),
        row("whoami project projects status", "... -t,--show-token!secret.read", "word*").does("kubernetes.read"),
        row("adm policy serviceaccounts sa", "...", "word*").does("kubernetes.privilege"),
        row("new-app new-project start-build tag import-image", "...", "word*").does("kubernetes.write"),
        row("server agent etcd-snapshot secrets-encrypt token", "...", "word*").does("kubernetes.privilege"),
        row("ctx ns", "...", "word*").does("file.write=~/.kube/config"),
        row("neat tree stern", "...", "word*").does("kubernetes.read"),
    ]),
    row("helm helmfile", "-n,--namespace=word --kube-context=word --kubeconfig=read!process.run=kubeconfig --kube-token=word --kube-apiserver=send --debug --registry-config=read --repository-config=read --repository-cache=word --help/info -h/info -f,--file=read -e,--environment=word -l,--selector=word", "").style(Style::First).sub(&[
        row("list ls status history get show inspect search version env lint verify template diff completion", "-f,--values=read --set=word --set-string=word --set-file=read --set-json=word -o,--output=word --output-dir=writetree --post-renderer=odd ...", "word*").does("kubernetes.read").examples(&[
            ("helm template ./chart", "kubernetes.read helm template"),
        ]),
        row("install upgrade rollback test sync apply", "-f,--values=read --set=word --set-string=word --set-file=read --version=word --post-renderer=odd --post-renderer-args=odd -i,--install --create-namespace --wait --timeout=word --atomic --dry-run[=word]/dry --force!kubernetes.delete --reuse-values --reset-values --cleanup-on-fail --description=word --repo=fetch ...", "word*").does("kubernetes.write"),
        row("uninstall delete del un destroy", "--dry-run/dry --help/info ...", "word*").does("kubernetes.delete").examples(&[
            ("helm -n prod uninstall x", "kubernetes.delete helm uninstall"),
        ]),
        row("repo", "", "").sub(&[
            row("list", "...", ""),
            row("add", "...", "word fetch"),
            row("update", "...", "word*").does("net.fetch"),
            row("index", "--merge=read --url=word --json ...", "writetree").examples(&[("helm repo index /srv", "file.write /srv/**")]),
            row("remove rm", "...", "word*"),
        ]),
        row("pull fetch", "-d,--destination=write --untar --untardir=write --version=word --repo=fetch ...", "word*").does("net.fetch"),
        row("push", "...", "word*").does("package.publish net.send"),
        row("create package dependency dep build", "...", "write*").does("net.fetch"),
        row("registry login", "...", "word*").does("secret.read net.send"),
        row("plugin", "", "").sub(&[
            row("list ls", "...", ""),
            row("install update", "...", "word*").does("package.install persistence.install"),
            row("uninstall remove", "...", "word*").does("package.remove"),
        ]),
    ]),
    row("kustomize", "--help/info", "").sub(&[
        row("build", "--enable-exec/odd --enable-alpha-plugins/odd --enable-helm/odd --helm-command=odd -o,--output=write --load-restrictor=word --network/odd ...", "readtree?"),
        row("edit create", "...", "word*").does("file.write=kustomization.yaml"),
        row("version cfg", "...", "word*"),
    ]),
    row("kubens kubectx", "-c,--current/info --help/info -h/info -V/info -d=word -u,--unset -f,--force", "word*").also(|run, given| {
        let changes = !given.operands.is_empty() || given.has("-d") || given.has("-u");
        meaning::declared(run, if changes { "file.write=~/.kube/config" } else { "kubernetes.read" }, &given.name);
    }).examples(&[("kubens", "kubernetes.read kubens"), ("kubens prod", "file.write ~/.kube/config"), ("kubectx -d a", "file.write ~/.kube/config")]),
    row("kube-capacity kubectl-tree stern kubetail k9s popeye kube-score kubeconform kubeval kubeseal kubent pluto", "...", "word*").does("kubernetes.read"),
    row("eksctl kops kubeadm argocd flux velero istioctl linkerd cilium rancher cmctl", "-o,--output=word --output-format=word --region=word --name=word --cluster=word --profile=word -f,--config-file=read --context=word -n,--namespace=word --kubeconfig=read!process.run=kubeconfig --server=send ...", "").sub_or(&[], Verb::First, CLUSTERS).examples(&[
        ("velero backup delete daily --confirm", "kubernetes.delete velero backup delete daily"),
        ("velero backup describe daily", "kubernetes.read velero backup describe daily"),
        ("eksctl delete cluster --name=x --region=y", "kubernetes.delete eksctl delete cluster"),
    ]),
];

const CLUSTERS: &[Class] = &[
    Class {
        words: "delete destroy uninstall rm remove terminate terminate-op reset suspend drain",
        does: "kubernetes.delete",
    },
    Class { words: "token login account cert rbac user role credentials", does: "kubernetes.privilege" },
    Class {
        words: "get list describe logs status version diff history manifests resources tree check analyze proxy-status proxy-config bug-report validate precheck events stats explain trace help completion utils",
        does: "kubernetes.read",
    },
    Class { words: "", does: "kubernetes.write" },
];

/// Kinds that say who may do what.
const ACCESS: &[&str] = &[
    "role",
    "clusterrole",
    "rolebinding",
    "clusterrolebinding",
    "serviceaccount",
    "sa",
    "token",
    "csr",
    "certificatesigningrequest",
    "validatingwebhookconfiguration",
    "mutatingwebhookconfiguration",
    "validatingadmissionpolicy",
    "podsecuritypolicy",
    "psp",
    "networkpolicy",
    "netpol",
    "apiservice",
];

fn resource(given: &Given) -> Resource {
    let words: Vec<&str> = given.operands.iter().take(3).map_while(Field::text).collect();
    let cloud = if words.is_empty() {
        match given.value("-f") {
            Some(file) => file.name(),
            None => Name::Literal(given.name.clone()),
        }
    } else {
        Name::Literal(words.join(" "))
    };
    Resource::Cloud { cloud }
}

/// The kinds that operands name: `pods,secrets`, `secret/db`, `deploy`.
fn kinds(given: &Given) -> Vec<String> {
    let mut kinds = Vec::new();
    for (i, field) in given.operands.iter().enumerate() {
        let Some(text) = field.text() else { continue };
        if i > 1 && !text.contains('/') {
            continue;
        }
        for part in text.split(',') {
            let kind = part.split('/').next().unwrap_or(part).split('.').next().unwrap_or(part);
            kinds.push(kind.to_lowercase());
        }
    }
    kinds
}

fn is_access(kind: &str) -> bool {
    ACCESS.contains(&kind) || kind.strip_suffix('s').is_some_and(|one| ACCESS.contains(&one))
}

fn read_resources(run: &mut Run<'_>, given: &Given) {
    let resource = resource(given);
    let environment = given.value("-o").and_then(Field::text_with_wildcards);
    if environment.is_some_and(|form| super::clouds::shows_environment(&form)) {
        run.effect(Action::SECRET_READ, crate::effects::shell::thing("environment"));
    }
    let raw = given.value("--raw").and_then(Field::text).is_some_and(|path| path.contains("secret"));
    let first = given.operands.first();
    let secret = kinds(given).iter().any(|kind| matches!(kind.as_str(), "secret" | "secrets"))
        || first.is_some_and(|field| field.text().is_none());
    // What a table of names shows is no secret; every other form is.
    let shows = given.value("-o").and_then(Field::text);
    let names = given.name.ends_with("get") && shows.is_none_or(|form| matches!(form, "wide" | "name"));
    let names = names || given.name.ends_with("describe");
    if raw || secret && !(names && first.is_some_and(|field| field.text().is_some())) {
        run.effect(Action::SECRET_READ, resource.clone());
    }
    // A template may lie in a file, and is shown where it cannot be read.
    if let Some(form) = given.value("-o").cloned() {
        for kind in ["go-template-file=", "jsonpath-file=", "custom-columns-file=", "templatefile="] {
            if let Some(file) = form.strip_prefix(kind) {
                meaning::path(run, Action::FILE_READ, &file, false);
            }
        }
    }
    run.effect(Action::KUBERNETES_READ, resource);
}

fn changed(run: &mut Run<'_>, given: &Given) {
    // The server only says what it would do.
    if given.value("--dry-run").and_then(Field::text).is_some_and(|kind| matches!(kind, "client" | "server"))
    {
        run.effect(Action::KUBERNETES_READ, resource(given));
        return;
    }
    let verb = given.operands.first().and_then(Field::text).unwrap_or_default().to_owned();
    if given.name.ends_with("rollout") && matches!(verb.as_str(), "history" | "status") {
        run.effect(Action::KUBERNETES_READ, resource(given));
        return;
    }
    files(run, given);
    let resource = resource(given);
    if kinds(given).iter().any(|kind| is_access(kind)) {
        run.effect(Action::KUBERNETES_PRIVILEGE, resource.clone());
    }
    // What replaces by force deletes first; nothing runs at a scale of nought.
    let none = given.value("--replicas").and_then(Field::text) == Some("0");
    if given.name.ends_with("replace") && given.has("--force") || none {
        run.effect(Action::KUBERNETES_DELETE, resource.clone());
    }
    // A pod with its own specification may ask for any power.
    if given.name.ends_with("run") {
        run.effect(
            Action::PROCESS_RUN,
            Resource::Program { program: Name::Literal("kubectl run".to_owned()) },
        );
    }
    run.effect(Action::KUBERNETES_WRITE, resource);
}

fn deleted(run: &mut Run<'_>, given: &Given) {
    if given.value("--dry-run").and_then(Field::text).is_some_and(|kind| matches!(kind, "client" | "server"))
    {
        run.effect(Action::KUBERNETES_READ, resource(given));
        return;
    }
    files(run, given);
    let resource = resource(given);
    if kinds(given).iter().any(|kind| is_access(kind)) {
        run.effect(Action::KUBERNETES_PRIVILEGE, resource.clone());
    }
    run.effect(Action::KUBERNETES_DELETE, resource);
}

/// Manifests: files, directories, URLs.
fn files(run: &mut Run<'_>, given: &Given) {
    let files: Vec<Field> = given.values("-f").cloned().collect();
    for file in files {
        if file.prefix().contains("://") {
            meaning::fetch(run, &file);
            // What another machine says is applied unseen.
            run.effect(Action::CODE_RUN, Resource::Code { language: "kubernetes".to_owned() });
        } else {
            meaning::path(run, Action::FILE_READ, &file, true);
        }
    }
}

fn executed(run: &mut Run<'_>, given: &Given) -> Stream {
    let Some((pod, command)) = given.operands.split_first() else { return Stream::default() };
    let name = pod.text().unwrap_or("?").to_owned();
    run.effect(Action::KUBERNETES_WRITE, Resource::Cloud { cloud: pod.name() });
    let input = given.input.clone();
    run.within(&given.name, Some(Reach::Container(name)), |run| {
        run.state.move_to(Some("/workspace".to_owned()));
        run.program(command, input)
    })
}

fn copied(run: &mut Run<'_>, given: &Given) {
    let [from, to] = given.operands.as_slice() else { return };
    if from.prefix().contains(':') {
        run.effect(Action::KUBERNETES_READ, Resource::Cloud { cloud: from.name() });
        super::containers::taken_out(run, given, from);
        meaning::path(run, Action::FILE_WRITE, to, true);
    } else {
        meaning::path(run, Action::FILE_READ, from, true);
        run.effect(Action::KUBERNETES_WRITE, Resource::Cloud { cloud: to.name() });
    }
}
