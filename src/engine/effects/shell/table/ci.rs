//! Clients of services that build and deploy: what they show, what they start, and what they keep for others.

use crate::effects::shell::row::{Class, Row, Style, Verb, row};

const CI: &[Class] = &[
    Class {
        words: "delete delete-* remove remove-* destroy cancel revoke purge clear kill unregister",
        does: "cloud.delete",
    },
    Class { words: "exec run-local", does: "code.run=shell" },
    // What was stored is shown only by its name.
    Class {
        words: "list ls info show view get get-* list-* source validate lint status verify diagnostic version help whoami history logs log describe inspect search print .query",
        does: "cloud.read",
    },
    Class { words: "", does: "cloud.write net.send" },
];

const COMMON: &str = "--host=word --token=word --github-api=word --skip-update-check --debug -o,--org=word --org-slug=word --org-id=word --vcs-type=word --project=word --format=word --json -f,--file=read -c,--config=read --profile=word -h,--help/info --version/info ...";

pub(super) const ROWS: &[Row] = &[
    row("circleci circleci-cli", COMMON, "")
        .style(Style::First)
        .sub_or(
            &[
                row("local", COMMON, "").sub(&[row("execute", "...", "word*").does("code.run=shell")]),
                row("setup", "...", "word*").does("secret.read file.write=~/.circleci/cli.yml"),
                row("config", COMMON, "").sub_or(
                    &[
                        row("pack", "...", "listtree*"),
                        // The service is asked what the file means.
                        row(
                            "validate process check",
                            "... --org-slug=word --org-id=word -c,--config=read --pipeline-parameters=word",
                            "read*",
                        )
                        .does("net.send"),
                    ],
                    Verb::First,
                    CI,
                ),
                row("context", COMMON, "").sub_or(
                    &[row("store-secret", "...", "word*").does("cloud.write net.send")],
                    Verb::First,
                    CI,
                ),
                row("runner", COMMON, "").sub_or(
                    &[row("token", "...", "").sub_or(
                        &[row("create", "...", "word*").does("secret.read cloud.write")],
                        Verb::First,
                        CI,
                    )],
                    Verb::First,
                    CI,
                ),
                row("telemetry version update completion diagnostic", "...", "word*"),
            ],
            Verb::First,
            CI,
        )
        .examples(&[
            ("circleci pipeline list org/o/p", "cloud.read circleci pipeline list org/o/p"),
            ("circleci context list --org-slug o/p", "cloud.read circleci context list"),
            ("circleci context delete github o prod", "cloud.delete circleci context delete github o prod"),
            (
                "circleci orb publish orb.yml o/p@1.0.0",
                "cloud.write circleci orb publish orb.yml o/p@1.0.0; net.send configured",
            ),
            ("circleci local execute --job build", "code.run shell"),
        ]),
    row("gitlab-runner", COMMON, "").style(Style::First).sub_or(
        &[
            row("list status verify help fleeting", "--delete!cloud.delete ...", "word*")
                .does("cloud.read")
                .examples(&[
                    ("gitlab-runner list", "cloud.read gitlab-runner list"),
                    (
                        "gitlab-runner verify --delete",
                        "cloud.read gitlab-runner verify; cloud.delete gitlab-runner verify",
                    ),
                ]),
            row("unregister", "...", "word*").does("cloud.delete"),
            row("register install", "...", "word*").does("persistence.install net.send"),
            row("run run-single exec", "...", "word*").does("code.run=shell"),
            row("start stop restart reset-token uninstall", "...", "word*").does("service.control"),
        ],
        Verb::First,
        CI,
    ),
    row("drone woodpecker-cli buildkite-agent bk travis tkn argo appveyor semaphore sem", COMMON, "")
        .style(Style::First)
        .sub_or(&[], Verb::First, CI)
        .examples(&[
            ("drone build ls o/r", "cloud.read drone build ls o/r"),
            ("tkn pipelinerun delete x", "cloud.delete tkn pipelinerun delete x"),
            (
                "buildkite-agent pipeline upload",
                "cloud.write buildkite-agent pipeline upload; net.send configured",
            ),
        ]),
];
