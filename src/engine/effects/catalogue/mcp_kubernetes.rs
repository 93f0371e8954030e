//! A server for Kubernetes clusters.

use super::row::*;

const fn on(action: &'static str, kind: Text) -> Clause {
    Clause::Kubernetes { action, kind, namespace: Text::From("/namespace"), name: Text::From("/name") }
}

const KIND: Text = Text::From("/resourceType");
const READ: Clause = on("kubernetes.read", KIND);
const WRITE: Clause = on("kubernetes.write", KIND);
const DELETE: Clause = on("kubernetes.delete", KIND);
const RELEASE: Text = Text::Fixed("helm-release");

pub(super) const FAMILY: Family = Family {
    name: "mcp_kubernetes",
    source: "npm mcp-server-kubernetes 4.1.7",
    servers: &["kubernetes", "k8s", "kubectl"],
    tools: &[
        // github containers/kubernetes-mcp-server
        tool(&["pods_list", "pods_list_in_namespace", "pods_get", "pods_top"], &[on("kubernetes.read", Text::Fixed("pods"))])
            .unverified(),
        tool(&["pods_log"], &[on("kubernetes.read", Text::Fixed("logs"))]).unverified(),
        tool(&["pods_delete"], &[on("kubernetes.delete", Text::Fixed("pods"))]).unverified(),
        tool(&["namespaces_list"], &[on("kubernetes.read", Text::Fixed("namespaces"))]).unverified(),
        tool(&["events_list"], &[on("kubernetes.read", Text::Fixed("events"))]).unverified(),
        tool(&["resources_list", "resources_get"], &[on("kubernetes.read", Text::From("/kind"))])
            .unverified(),
        tool(&["resources_delete"], &[Clause::Needs("/kind"), on("kubernetes.delete", Text::From("/kind"))]).unverified(),
        tool(&["kubectl_get", "kubectl_describe"], &[Clause::Needs("/resourceType"), READ]),
        tool(&["kubectl_logs"], &[on("kubernetes.read", Text::Fixed("logs")), Clause::Plain(&["/resourceType"])]),
        tool(&["explain_resource", "list_api_resources", "kubectl_reconnect", "stop_port_forward"], &[]),
        tool(&["ping"], &[]).served(),
        tool(&["kubectl_delete"], &[DELETE, may_read("/filename")]),
        tool(&["kubectl_apply", "kubectl_scale"], &[WRITE, may_read("/filename")]),
        // The command is one of the workload that is created.
        tool(
            &["kubectl_create"],
            &[WRITE, may_read("/filename"), Clause::Options("/fromFile"), Clause::Plain(&["/command"])],
        ),
        tool(&["kubectl_patch"], &[WRITE, may_read("/patchFile")]),
        tool(
            &["kubectl_rollout"],
            &[Clause::Case {
                at: "/subCommand",
                arms: &[
                    Arm(&["history", "status"], &[READ]),
                    Arm(&["pause", "restart", "resume", "undo"], &[WRITE]),
                ],
                absent: None,
            }],
        ),
        tool(
            &["kubectl_context"],
            &[Clause::Case {
                at: "/operation",
                arms: &[
                    Arm(&["list", "get"], &[on("kubernetes.read", Text::Fixed("context"))]),
                    Arm(&["set"], &[on("kubernetes.write", Text::Fixed("context"))]),
                ],
                absent: None,
            }],
        ),
        tool(
            &["kubectl_generic"],
            &[
                Clause::Case {
                    at: "/command",
                    arms: &[
                        Arm(&["get", "describe", "logs", "top", "explain", "api-resources", "version"], &[READ]),
                        Arm(&["delete", "drain"], &[DELETE]),
                        Arm(
                            &[
                                "apply", "create", "patch", "scale", "rollout", "label", "annotate", "set", "replace",
                                "edit", "expose", "autoscale", "cordon", "uncordon", "taint",
                            ],
                            &[WRITE],
                        ),
                        Arm(&["auth", "certificate"], &[on("kubernetes.privilege", KIND)]),
                    ],
                    absent: None,
                },
                Clause::Plain(&["/subCommand"]),
                Clause::Options("/flags"),
                Clause::Options("/args"),
            ],
        ),
        tool(&["exec_in_pod"], &[Clause::Within { container: "/name", does: &[Clause::Argv("/command")] }]),
        tool(&["exec_in_pod"], &[Clause::Within { container: "/name", does: &[shell("/command")] }]),
        tool(
            &["install_helm_chart", "upgrade_helm_chart"],
            &[Clause::Needs("/chart"), on("kubernetes.write", RELEASE), may_fetch("/repo"), may_read("/valuesFile")],
        ),
        tool(&["uninstall_helm_chart"], &[on("kubernetes.delete", RELEASE)]),
        tool(
            &["node_management"],
            &[Clause::Case {
                at: "/operation",
                arms: &[
                    Arm(
                        &["drain"],
                        &[Clause::Kubernetes {
                            action: "kubernetes.delete",
                            kind: Text::Fixed("node"),
                            namespace: Text::Any,
                            name: Text::From("/nodeName"),
                        }],
                    ),
                    Arm(
                        &["cordon", "uncordon"],
                        &[Clause::Kubernetes {
                            action: "kubernetes.write",
                            kind: Text::Fixed("node"),
                            namespace: Text::Any,
                            name: Text::From("/nodeName"),
                        }],
                    ),
                ],
                absent: None,
            }],
        ),
        tool(&["port_forward"], &[Clause::Tool("net.listen")]),
        tool(&["cleanup"], &[Clause::Cloud("kubernetes.delete", "kubernetes/**")]).served().unverified(),
    ],
};
