//! Clouds: providers' command lines, infrastructure as code, object stores.
//!
//! Thousands of sub-commands are judged by their verb; rows are for those whose verb says something else.

use crate::effects::shell::command::strictly_below;
use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Input, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Reach, Resource};

const AWS: &str = "--region=word --profile=word --output=word --query=word --endpoint-url=send --no-verify-ssl/odd --no-paginate --no-sign-request --color=word --debug --cli-input-json=word --cli-input-yaml=word --cli-read-timeout=word --cli-connect-timeout=word --cli-binary-format=word --no-cli-pager --cli-auto-prompt --no-cli-auto-prompt --ca-bundle=read --version/info --dry-run/dry ...";

/// Verbs of AWS, the second word of a sub-command.
const AWS_VERBS: &[Class] = &[
    Class { words: "help", does: "" },
    Class {
        words: "get-secret-value batch-get-secret-value get-session-token get-federation-token assume-role* get-role-credentials get-login-password get-authorization-token get-password-data get-parameter-history export-credentials create-access-key create-login-profile get-credentials* get-credential-report decrypt generate-data-key* get-sso-token get-token get-cluster-credentials* get-workgroup-credentials get-id get-open-id-token* create-token login get-bucket-credentials list-api-keys list-security-keys list-voice-connector-termination-credentials get-connection get-connections get-random-password get-api-key get-api-keys get-ssh-key get-user-auth-factors list-user-pool-client-secrets describe-user-pool-client get-data-access get-instance-access-details get-relational-database-master-user-password get-key-pair download-default-key-pair get-container-service-*key* get-connection-string get-private-key export-certificate get-dev-endpoint generate-db-auth-token generate-db-connect-auth-token generate-db-connect-admin-auth-token create-db-auth-token sign calculate-mac derive-shared-secret",
        does: "secret.read cloud.read",
    },
    Class {
        words: "stop-logging delete-trail stop-configuration-recorder delete-configuration-recorder delete-flow-logs delete-detector disable-security-hub disassociate-* put-event-selectors delete-log-group delete-log-stream put-retention-policy disable-alarm-actions delete-delivery-channel delete-config-rule",
        does: "evasion.hide cloud.delete",
    },
    Class {
        words: "attach-*-policy detach-*-policy put-*-policy create-policy* create-role create-user add-user-to-group add-role-to-* update-assume-role-policy put-bucket-acl put-object-acl put-public-access-block delete-public-access-block authorize-security-group-* modify-image-attribute modify-snapshot-attribute add-permission create-key-pair import-key-pair create-grant put-key-policy update-login-profile enable-mfa-device deactivate-mfa-device create-saml-provider create-open-id-connect-provider set-default-policy-version put-role-permissions-boundary delete-*-permissions-boundary associate-iam-instance-profile create-service-linked-role create-group attach-* tag-role grant-permissions put-resource-policy",
        does: "cloud.privilege",
    },
    Class {
        words: "delete-* terminate-* remove-* deregister-* destroy-* purge-* rb rm disable-* cancel-* schedule-key-deletion batch-delete-* release-* revoke-* reset-* stop-* drop-* empty-* abort-* reject-* unsubscribe detach-* disassociate-* admin-delete-* delete put-bucket-lifecycle-configuration put-lifecycle-configuration force-*",
        does: "cloud.delete",
    },
    Class {
        words: "put-rule put-targets create-schedule create-event-source-mapping create-rule create-function update-function-code update-function-configuration create-launch-template* create-cron-job modify-instance-attribute",
        does: "persistence.install cloud.write",
    },
    Class {
        words: "send-command execute-command start-session start-automation-execution invoke* run-instances run-task execute-statement batch-execute-statement send-ssh-public-key",
        does: "code.run=shell cloud.write",
    },
    Class {
        words: "describe-* list-* list get-* head-* search-* lookup-* query scan batch-get-* filter-* ls presign view-* validate-* estimate-* simulate-* check-* test-* select-* preview-* count-* wait tail show history lookup-events start-query get-query-results batch-describe-* detect-* admin-get-* admin-list-*",
        does: "cloud.read",
    },
    Class { words: "", does: "cloud.write" },
];

/// Verbs that other clouds share.
const VERBS: &[Class] = &[
    Class {
        words: "delete destroy remove rm purge terminate wipe del undelete deallocate reset stop suspend shutdown drop detach disable unset deprovision failover poweroff power-off force-* delete-* delete-instances abandon-instances cancel uninstall clear flush",
        does: "cloud.delete",
    },
    Class {
        words: "print-access-token print-identity-token print-refresh-token get-access-token access get-credentials get-keys list-keys listKeys show-connection-string connection-string get-secret download-key reset-password kubeconfig .credential .credentials .token .tokens .password get-auth-string get-key-string get-shared-keys list-publishing-credentials list-publishing-profiles generate-sas generate-sas-token generate-credentials generate-login-token get-upload-credentials list-connection-strings list-account-sas list-service-sas show-keys list-credentials list-key show-key payload/get get-password get-api-key get-token get-secret-value get-secret-bundle get-login-password sas keys/list keys/show keys/get key/list key/show admin-key/show query-key/list api-key/list api-key/show api-key/get api-keys/lookup apikey/list shared-key/show credential*/show credential*/list credential*/get credential*/generate connection-string/show connection-string/list connection-string*/list-* secret*/show secret*/get secret*/access secret*/reveal password/show password/get token/show token/get token*/print kubeconfig/save kubeconfig/show kubeconfig/get auth/show auth-token/get",
        does: "secret.read cloud.read",
    },
    Class {
        words: "add-iam-policy-binding set-iam-policy remove-iam-policy-binding add-access-config ch grant revoke authorize invite .iam-policy .role-assignment .role .roles .iam .acl .permission .permissions .collaborators .members .policy-bindings .keys .service-accounts",
        does: "cloud.privilege",
    },
    Class { words: "ssh run-command invoke exec run console connect", does: "code.run=shell cloud.write" },
    // What they name behind the verb may be called like one of those below.
    Class {
        words: "create create-* update update-* add add-* set set-* put-* import export rename clone enable resize bind-* attach-* map-* publish",
        does: "cloud.write",
    },
    Class {
        words: "list ls describe show get get-value info read view status search query logs log tail diff help version check validate cat stat du explain preview history inspect whoami list-* get-* describe-* show-* exists dry-run head top .metrics .regions .zones .projects .accounts",
        does: "cloud.read",
    },
    Class { words: "", does: "cloud.write" },
];

/// What is known of secrets, but for themselves.
const SECRETS: &[Class] = &[
    Class { words: "versions/access access", does: "secret.read cloud.read" },
    Class { words: "delete destroy disable", does: "cloud.delete" },
    Class { words: "*-iam-policy *-iam-policy-binding", does: "cloud.privilege" },
    Class { words: "list describe", does: "cloud.read" },
    Class { words: "", does: "cloud.write" },
];

/// What holds for any option: that it asks for the values of secrets, and that its value stands in a file, `file://` and
/// `fileb://` for AWS, `@` for Azure.
fn anywhere(run: &mut Run<'_>, arguments: &[Field]) {
    const SHOWN: [&str; 8] = [
        "--show-values",
        "--show-secrets",
        "--with-secrets",
        "--expose-token",
        "--show-keys",
        "--include-secrets",
        "--include-credentials",
        "userData",
    ];
    if arguments.iter().filter_map(Field::text).any(|text| SHOWN.contains(&text)) {
        run.effect(Action::SECRET_READ, crate::effects::shell::thing("values"));
    }
    for argument in arguments {
        let value = argument.split_once('=').map_or_else(|| argument.clone(), |(_, value)| value);
        let file = ["file://", "fileb://", "@"]
            .iter()
            .find_map(|mark| argument.strip_prefix(mark).or_else(|| value.strip_prefix(mark)));
        if let Some(file) = file.filter(|file| !file.is_empty()) {
            meaning::path(run, Action::FILE_READ, &file, false);
        }
    }
}

/// What describes a program that runs elsewhere may show its environment: where it is asked for, and of a function,
/// which has little else, unless something else is.
fn described(run: &mut Run<'_>, given: &Given) {
    let asked = given.value("--query").or_else(|| given.value("--format")).or_else(|| given.value("-o"));
    let shows = match asked.and_then(Field::text_with_wildcards) {
        Some(form) => shows_environment(&form),
        None => {
            asked.is_some()
                || ["lambda", "amplify", "codebuild", "elasticbeanstalk"]
                    .iter()
                    .any(|of| given.name.contains(of))
        }
    };
    if shows {
        run.effect(Action::SECRET_READ, crate::effects::shell::thing("environment"));
    }
}

/// Whether a form of output picks the environment of a program.
pub(super) fn shows_environment(form: &str) -> bool {
    let form = form.to_ascii_lowercase();
    form.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|part| {
        matches!(
            part,
            "env"
                | "environment"
                | "environmentvariables"
                | "envvars"
                | "environment_variables"
                | "plaintext"
        )
    })
}

/// Options of what streams to a file. A word behind one that has no row may be that file.
const STREAMED: &str = "--region=word --profile=word --output=word --query=word --endpoint-url=send --snapshot-id=word --block-index=word --block-token=word --text=word --voice-id=word --output-format=word --engine=word --language-code=word --text-type=word --account-id=word --vault-name=word --job-id=word --range=word --rest-api-id=word --stage-name=word --export-type=word --sdk-type=word --accepts=word --parameters=word --thing-name=word --shadow-name=word ...";

pub(super) const ROWS: &[Row] = &[
    row("aws", AWS, "").sub_or(
        &[
            row("s3", AWS, "").sub(&[
                row("ls", AWS, "word*").does("cloud.read"),
                row("presign", AWS, "word*").does("cloud.read secret.read"),
                row("mb website", AWS, "cloud.write*"),
                row("rm rb", "--recursive --force --dryrun/dry --only-show-errors --quiet --exclude=word --include=word --region=word --profile=word --request-payer[=word] --page-size=word --endpoint-url=send", "word*").also(removed).examples(&[
                    ("aws s3 rm s3://b/key --recursive", "cloud.delete s3://b/key"),
                    ("aws s3 rm help", ""),
                ]),
                row("cp mv sync", "--recursive --dryrun/dry --delete!cloud.delete --exclude=word --include=word --acl=cloud.privilege --region=word --profile=word --sse[=word] --sse-kms-key-id=word --storage-class=word --content-type=word --cache-control=word --content-disposition=word --content-encoding=word --content-language=word --expires=word --metadata=word --metadata-directive=word --quiet --only-show-errors --no-progress --exact-timestamps --size-only --follow-symlinks --no-follow-symlinks --no-guess-mime-type --page-size=word --source-region=word --request-payer[=word] --grants=cloud.privilege --endpoint-url=send --no-sign-request --expected-size=word --ignore-glacier-warnings --force-glacier-transfer --checksum-algorithm=word", "word word").also(objects).examples(&[
                    ("aws s3 sync /tmp/empty s3://prod --delete", "cloud.delete aws s3 sync; cloud.write s3://prod; file.read /tmp/empty/**; net.send ?"),
                    ("aws s3 cp s3://b/x .", "cloud.read s3://b/x; file.write /workspace/**/*"),
                    ("aws s3 cp s3://b/x -", "cloud.read s3://b/x"),
                    ("aws s3 cp s3://b/x /etc/", "cloud.read s3://b/x; file.write /etc/**/*; persistence.install /etc/**/*; privilege.raise /etc/**/*; evasion.hide /etc/**/*"),
                ]),
            ]),
            row("s3api", AWS, "").sub_or(
                &[row("get-object get-object-torrent", "--bucket=word --key=word --range=word --version-id=word --part-number=word --if-match=word --if-none-match=word --if-modified-since=word --if-unmodified-since=word --request-payer=word --checksum-mode=word --expected-bucket-owner=word --response-content-type=word --sse-customer-algorithm=word --sse-customer-key=word --sse-customer-key-md5=word --region=word --profile=word --output=word --query=word --endpoint-url=send --no-sign-request", "write?").does("cloud.read").examples(&[
                    ("aws s3api get-object --bucket b --key k /etc/x", "cloud.read aws s3api get-object; file.write /etc/x"),
                ])],
                Verb::First,
                AWS_VERBS,
            ),
            // What comes back is not text, and lands in the file that stands behind.
            row("ebs", AWS, "").sub_or(&[row("get-snapshot-block", STREAMED, "write*").does("cloud.read").examples(&[
                ("aws ebs get-snapshot-block --x 1 /srv/x", "cloud.read aws ebs get-snapshot-block; file.write /workspace/1; file.write /srv/x"),
            ])], Verb::First, AWS_VERBS),
            row("polly", AWS, "").sub_or(&[row("synthesize-speech", STREAMED, "write*").does("cloud.read")], Verb::First, AWS_VERBS),
            row("glacier", AWS, "").sub_or(&[row("get-job-output", STREAMED, "write*").does("cloud.read")], Verb::First, AWS_VERBS),
            row("apigateway", AWS, "").sub_or(&[row("get-export get-sdk", STREAMED, "write*").does("cloud.read")], Verb::First, AWS_VERBS),
            row("iot-data", AWS, "").sub_or(&[row("get-thing-shadow", STREAMED, "write*").does("cloud.read")], Verb::First, AWS_VERBS),
            row("configure", AWS, "").sub(&[
                row("list list-profiles", AWS, "word*"),
                row("get export-credentials", AWS, "word*").does("secret.read"),
                row("set import sso add-model", AWS, "word*").does("file.write=~/.aws/config secret.read"),
            ]),
            row("ssm", AWS, "").sub_or(
                &[row("get-parameter get-parameters get-parameters-by-path", "--with-decryption!secret.read --name=word --names=word --path=word --recursive --region=word --profile=word --output=word --query=word --no-with-decryption", "word*").does("cloud.read")],
                Verb::First,
                AWS_VERBS,
            ),
            row("secretsmanager", AWS, "").sub_or(&[], Verb::First, AWS_VERBS),
            // The environment of what runs there stands in what describes it.
            row("lambda amplify apprunner codebuild ecs batch elasticbeanstalk lightsail emr-containers sagemaker glue", AWS, "").sub_or(&[
                row("get-function get-function-configuration get-app get-branch describe-service batch-get-projects describe-task-definition describe-job-definitions describe-configuration-settings get-container-service-deployments describe-training-job describe-model get-job", AWS, "word*").does("cloud.read").also(described).examples(&[
                    ("aws lambda get-function --function-name x", "cloud.read aws lambda get-function; secret.read environment"),
                    ("aws lambda get-function-configuration --function-name x --query Runtime", "cloud.read aws lambda get-function-configuration"),
                    ("aws ecs describe-task-definition --task-definition x --query 'taskDefinition.containerDefinitions[].environment'", "cloud.read aws ecs describe-task-definition; secret.read environment"),
                    ("aws ecs describe-task-definition --task-definition x", "cloud.read aws ecs describe-task-definition"),
                ]),
            ], Verb::First, AWS_VERBS),
            row("help", AWS, "word*"),
        ],
        Verb::Second,
        AWS_VERBS,
    ).style(Style::First).before(anywhere).examples(&[
        ("aws ec2 describe-instances --filters file:///etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow; cloud.read aws ec2 describe-instances"),
        ("aws lambda invoke --payload fileb://a.json out.json", "file.read /workspace/a.json; code.run shell; cloud.write aws lambda invoke"),
        ("aws ec2 describe-instances --filters Name=tag:env,Values=prod", "cloud.read aws ec2 describe-instances"),
        ("aws ec2 terminate-instances --instance-ids list", "cloud.delete aws ec2 terminate-instances"),
        ("aws foo frobnicate --name list-x", "cloud.write aws foo frobnicate"),
        ("aws ssm get-parameter --name k --with-decryption", "cloud.read aws ssm get-parameter; secret.read aws ssm get-parameter"),
        ("aws --region x cloudtrail stop-logging --name t", "cloud.delete aws cloudtrail stop-logging; evasion.hide aws cloudtrail stop-logging"),
    ]),
    row("gcloud", "--project=word --format=word --filter=word --region=word --zone=word --limit=word --quiet -q --account=word --configuration=word --sort-by=word --page-size=word --impersonate-service-account=cloud.privilege --verbosity=word --flags-file=odd --access-token-file=read --billing-project=word --log-http --version/info -v/info --help/info -h/info --member=cloud.privilege --role=cloud.privilege ...", "").sub_or(
        &[
            row("auth", "...", "").sub(&[
                row("list", "...", ""),
                row("print-access-token print-identity-token print-refresh-token application-default", "...", "word*").does("secret.read"),
                row("login activate-service-account configure-docker revoke", "...", "word*").does("secret.read cloud.privilege"),
            ]),
            row("config", "...", "").sub(&[
                row("list get-value get", "...", "asked*"),
                row("configurations", "...", "").sub_or(&[], Verb::First, &[
                    Class { words: "list describe", does: "" },
                    Class { words: "", does: "file.write=~/.config/gcloud/properties" },
                ]),
                row("set unset", "...", "word*").does("file.write=~/.config/gcloud/properties"),
            ]),
            row("components", "...", "").sub(&[
                row("list", "...", ""),
                row("install update remove restore reinstall", "...", "word*").does("package.install"),
            ]),
            row("run functions app", "--format=word ...", "").sub_or(&[], Verb::First, VERBS).also(described),
            row("secrets", "...", "").sub_or(&[], Verb::First, SECRETS),
            row("sql", "...", "").sub_or(&[
                row("export import", "...", "word*").does("cloud.write net.send"),
                row("connect", "...", "word*").does("code.run=sql cloud.write"),
            ], Verb::First, VERBS),
            row("info version help topic cheat-sheet", "...", "word*"),
        ],
        Verb::First,
        VERBS,
    ).style(Style::First).examples(&[
        ("gcloud compute instances list --format=json", "cloud.read gcloud compute instances list"),
        ("gcloud projects create list", "cloud.write gcloud projects create list"),
        ("gcloud projects delete my-proj --quiet", "cloud.delete gcloud projects delete my-proj"),
        ("gcloud logging logs delete x", "cloud.delete gcloud logging logs delete x"),
        ("gcloud logging logs list", "cloud.read gcloud logging logs list"),
        ("gcloud run services describe x --format='value(spec.template.spec.containers[0].env)'", "cloud.read gcloud run services describe x; secret.read environment"),
        ("gcloud run services describe x --format=yaml", "cloud.read gcloud run services describe x"),
        ("gcloud secrets describe x", "cloud.read gcloud secrets describe x"),
        ("gcloud redis instances get-auth-string x", "cloud.read gcloud redis instances get-auth-string x; secret.read gcloud redis instances get-auth-string x"),
        ("gcloud secrets versions access latest --secret=db", "cloud.read gcloud secrets versions access latest; secret.read gcloud secrets versions access latest"),
    ]),
    row("az", "-g,--resource-group=word -n,--name=word -o,--output=word --query=word --subscription=word -l,--location=word -w=word --verbose --debug --only-show-errors -y,--yes --no-wait --ids=word -p=word --org=word --organization=word -h,--help/info --version/info ...", "").sub_or(
        &[
            row("account", "...", "").sub_or(&[
                row("get-access-token", "...", "word*").does("secret.read"),
            ], Verb::Last, VERBS),
            row("storage cosmosdb redis", "...", "").sub_or(&[
                row("account", "...", "").sub_or(&[
                    row("keys show-connection-string generate-sas", "...", "word*").does("secret.read"),
                ], Verb::Last, VERBS),
                row("keys list-keys", "...", "word*").does("secret.read"),
            ], Verb::Last, VERBS),
            row("webapp functionapp staticwebapp", "...", "").sub_or(&[
                row("config", "...", "").sub_or(&[
                    row("appsettings connection-string", "...", "").sub_or(&[
                        row("list show", "...", "word*").does("secret.read").examples(&[
                            ("az webapp config appsettings list -n x -g y", "secret.read az webapp config appsettings list"),
                        ]),
                    ], Verb::Last, VERBS),
                ], Verb::Last, VERBS),
                row("keys", "...", "word*").does("secret.read"),
                row("secrets", "...", "").sub_or(&[row("list", "...", "word*").does("secret.read")], Verb::Last, VERBS),
                row("appsettings", "...", "").sub_or(&[row("list", "...", "word*").does("secret.read")], Verb::Last, VERBS),
            ], Verb::Last, VERBS),
            row("role ad", "...", "word*").sub_or(&[], Verb::Last, &[
                Class { words: "list show", does: "cloud.read" },
                Class { words: "", does: "cloud.privilege" },
            ]),
            row("keyvault", "...", "").sub_or(&[
                row("secret key certificate", "...", "").sub_or(&[
                    row("show download backup", "...", "word*").does("secret.read"),
                    // Their names.
                    row("list list-versions list-deleted", "...", "word*").does("cloud.read"),
                ], Verb::Last, VERBS),
            ], Verb::Last, VERBS),
            row("monitor", "...", "").sub_or(&[
                row("diagnostic-settings activity-log log-profiles", "...", "").sub_or(&[], Verb::Last, &[
                    Class { words: "list show", does: "cloud.read" },
                    Class { words: "delete", does: "evasion.hide cloud.delete" },
                    Class { words: "", does: "cloud.write" },
                ]),
            ], Verb::Last, VERBS),
            row("login logout", "...", "word*").does("secret.read cloud.privilege"),
            row("rest", "--method=word --uri,--url,-u=word ...", "word*").does("cloud.write"),
        ],
        Verb::Last,
        VERBS,
    ).style(Style::First).before(anywhere).examples(&[
        ("az vm list --query @/etc/shadow", "file.read /etc/shadow; secret.read /etc/shadow; cloud.read az vm list"),
        ("az group delete -n rg --yes", "cloud.delete az group delete"),
        ("az vm list", "cloud.read az vm list"),
        ("az containerapp secret list -n x --show-values", "cloud.read az containerapp secret list; secret.read values"),
        ("az cognitiveservices account keys list -n x", "cloud.read az cognitiveservices account keys list; secret.read az cognitiveservices account keys list"),
        ("az search admin-key show --service-name x", "cloud.read az search admin-key show; secret.read az search admin-key show"),
        ("az keyvault key list --vault-name x", "cloud.read az keyvault key list"),
        ("az monitor log-analytics workspace get-shared-keys -n x", "cloud.read az monitor log-analytics workspace get-shared-keys; secret.read az monitor log-analytics workspace get-shared-keys"),
        ("az role assignment create --assignee a --role Owner", "cloud.privilege az role assignment create"),
    ]),
    row("doctl ibmcloud oci openstack linode-cli hcloud scw vultr-cli exo upctl civo yc aliyun tccli hwcloud", "-t=word -o,--output=word --format=word --no-header --context=word --region=word -f,--force --access-token=word --profile=word -h,--help/info --version/info ...", "").sub_or(&[], Verb::First, VERBS).style(Style::First),
    row("gsutil", "-m -q -o=odd -D -h=word", "").style(Style::First).sub(&[
        row("ls stat du cat hash version help lifecycle", "...", "word*").does("cloud.read"),
        row("rm rb", "...", "cloud.delete*"),
        row("iam acl defacl", "...", "").sub_or(&[], Verb::First, &[
            Class { words: "get", does: "cloud.read" },
            Class { words: "", does: "cloud.privilege" },
        ]),
        row("signurl", "...", "word*").does("secret.read"),
        row("cp mv rsync", "-r,-R -n -d!cloud.delete -c -e -p -a=cloud.privilege -z=word -x=word -v -J -j=word -L=write", "word word").also(objects),
        row("mb setmeta rewrite compose cors versioning label web notification retention kms", "...", "word*").does("cloud.write"),
    ]),
    row("bq", "--project_id=word --location=word --format=word --dataset_id=word -q,--quiet ...", "").style(Style::First).sub(&[
        row("ls show head version help", "...", "word*").does("cloud.read"),
        row("query", "--use_legacy_sql[=word] --nouse_legacy_sql --dry_run/dry --format=word -n=word --max_rows=word --parameter=word --destination_table=word!sql.write --replace!sql.write --append_table!sql.write --batch --label=word", "sql:bigquery*").input(Input::Sql("bigquery")).examples(&[
            ("bq query --destination_table=x 'select 1'", "sql.read ?; sql.write ?"),
            ("echo 'delete from x.y where true' | bq query", "sql.write x.y"),
        ]),
        row("rm", "...", "cloud.delete*"),
        row("cp load extract mk update insert cancel partition undelete", "...", "word*").does("cloud.write"),
        row("add-iam-policy-binding set-iam-policy remove-iam-policy-binding", "...", "word*").does("cloud.privilege"),
    ]),
    row("s3cmd mc mcli rclone s5cmd b2 azcopy obsutil ossutil", "--config=read -c=read --progress -P -v -n,--dry-run/dry --transfers=word --checkers=word --include=word --exclude=word --filter=word --max-age=word --min-age=word -f --recursive -r --force --delete-removed!cloud.delete --acl-public!cloud.privilege --endpoint-url=send --rsh=odd --password-command=odd ...", "").style(Style::First).sub_or(
        &[
            row("ls lsd lsl lsf lsjson size tree cat check cryptcheck md5sum sha1sum hashsum about version info du stat find diff listremotes help ncdu la", "...", "word*").does("cloud.read"),
            row("copy copyto sync bisync move moveto cp mv mirror put get mount pipe", "--delete!cloud.delete ...", "word word*").also(objects).examples(&[
                ("mc cp -r ./out store/bucket", "cloud.write store/bucket; file.read /workspace/out/**; net.send ?"),
                ("mc cp store/bucket/x /tmp", "cloud.read store/bucket/x; file.write /tmp/**; net.fetch ?"),
                ("mc mirror --remove ./a store/b", "cloud.delete store/b; cloud.write store/b; file.read /workspace/a/**; net.send ?"),
                ("rclone copy ~/.gnupg remote:loot", "cloud.write remote:loot; file.read ~/.gnupg/**; net.send ?; secret.read ~/.gnupg/**"),
            ]),
            row("delete deletefile purge rmdir rmdirs cleanup dedupe del rm rb", "...", "cloud.delete*"),
            row("config", "...", "").sub_or(&[], Verb::First, &[
                Class { words: "show dump file providers", does: "secret.read" },
                Class { words: "", does: "secret.read file.write=~/.config/rclone/rclone.conf" },
            ]),
            row("serve rcd", "...", "word*").does("net.listen"),
            row("anonymous policy setacl", "...", "word*").does("cloud.privilege"),
            row("link share", "...", "word*").does("cloud.privilege"),
        ],
        Verb::First,
        VERBS,
    ),
    row("terraform tofu terragrunt", "-chdir=cd -version/info -help/info --version/info --help/info", "").style(Style::Dash).sub(&[
        row("plan", "-out=write -var=word -var-file=read -target=word -replace=word -destroy -refresh-only -refresh=word -input=word -lock=word -lock-timeout=word -no-color -parallelism=word -state=read -detailed-exitcode -compact-warnings -json -generate-config-out=write -concise -help/info", "").style(Style::Dash).does("process.run").also(super::builds::here),
        row("apply", "-auto-approve -var=word -var-file=read -target=word -replace=word -destroy!cloud.delete -refresh-only -refresh=word -input=word -lock=word -lock-timeout=word -no-color -parallelism=word -state=word -state-out=word -backup=word -compact-warnings -json -help/info", "read?").style(Style::Dash).does("cloud.write").examples(&[
            ("terraform apply -destroy -auto-approve", "cloud.delete terraform apply; cloud.write terraform apply"),
        ]),
        row("destroy", "-auto-approve -var=word -var-file=read -target=word -refresh=word -input=word -lock=word -no-color -parallelism=word -state=word -json -force -help,--help/info", "").style(Style::Dash).does("cloud.delete"),
        row("init get", "-backend=word -backend-config=word -reconfigure -migrate-state!cloud.write -upgrade -input=word -lock=word -no-color -from-module=fetch -plugin-dir=odd -get=word -json -force-copy -lockfile=word -update -help/info", "word?").style(Style::Dash).does("process.run").also(super::builds::here),
        row("fmt", "-check -diff -recursive -write=word -list=word -no-color -help/info", "write*").style(Style::Dash).does("file.write=./**"),
        row("validate graph version providers metadata", "...", "word*").style(Style::Dash),
        row("test", "...", "word*").style(Style::Dash).does("process.run cloud.write cloud.delete"),
        row("console", "...", "word*").style(Style::Dash).does("process.run secret.read").examples(&[("terraform console", "process.run terraform; secret.read terraform console")]),
        row("show", "-json -no-color -help/info", "read?").style(Style::Dash).does("cloud.read"),
        row("output", "-json!secret.read -raw -no-color -state=read -help/info", "asked?").style(Style::Dash).does("cloud.read").examples(&[
            ("terraform output -json", "cloud.read terraform output; secret.read terraform output"),
            ("terraform output -raw admin_token", "cloud.read terraform output; secret.read admin_token"),
            ("tofu output bucket_name", "cloud.read tofu output"),
        ]),
        row("state", "", "").sub(&[
            row("list show", "...", "word*").does("cloud.read"),
            row("pull", "...", "word*").does("secret.read cloud.read"),
            row("mv replace-provider", "...", "word*").does("cloud.write"),
            row("rm push", "...", "word*").does("cloud.delete"),
        ]),
        row("workspace", "", "").sub(&[
            row("list show", "...", "word*"),
            row("new select", "...", "word*").does("cloud.write"),
            row("delete", "...", "word*").does("cloud.delete"),
        ]),
        row("taint untaint force-unlock", "...", "word*").style(Style::Dash).does("cloud.delete"),
        row("import refresh", "...", "word*").style(Style::Dash).does("cloud.write"),
        row("login logout", "...", "word*").does("secret.read net.send"),
        row("run-all", "...", "word*").does("cloud.write cloud.delete"),
        row("hclfmt", "...", "word*").does("file.write=./**"),
    ]),
    row("pulumi cdk sam serverless sls cdktf copilot amplify", "-s,--stack=word -C,--cwd=cd -y,--yes --non-interactive --color=word -e,--emoji --profile=word --region=word --stage=word -v=word --logtostderr --app=odd -a=odd --show-secrets[=word]!secret.read -h,--help/info --version/info ...", "").sub_or(&[], Verb::First, &[
        Class { words: "destroy delete remove rm cancel", does: "cloud.delete" },
        Class { words: "export secrets whoami-token env", does: "secret.read cloud.read" },
        // The program that describes what there should be is run to ask it.
        Class { words: "synth synthesize", does: "cloud.read process.run" },
        Class { words: "preview diff ls list show output outputs logs history graph version about help validate info metadata whoami doctor context acknowledge", does: "cloud.read" },
        Class { words: "", does: "cloud.write" },
    ]).style(Style::First).examples(&[
        ("pulumi stack ls", "cloud.read pulumi stack ls"),
        ("pulumi stack output --show-secrets", "cloud.read pulumi stack output; secret.read pulumi"),
        ("pulumi policy disable o/p --version 3", "cloud.write pulumi policy disable o/p 3"),
        ("cdk synth", "cloud.read cdk synth; process.run cdk"),
        ("pulumi destroy -y", "cloud.delete pulumi destroy"),
    ]),
    row("packer", "--help/info", "").sub(&[
        row("validate inspect version fmt console fix", "...", "read*"),
        row("build", "...", "read*").does("cloud.write process.run"),
        row("init plugins", "...", "read*").does("package.install"),
    ]),
    row("consul nomad boundary waypoint", "-address=send -token=word -namespace=word -region=word -http-addr=send -h,--help,-help/info -version/info ...", "").style(Style::First).sub_or(
        &[
            row("kv", "...", "").sub(&[
                row("export", "...", "word*").does("cloud.read secret.read"),
                row("get", "...", "asked*").does("cloud.read").examples(&[
                    ("consul kv get app/db_password", "cloud.read consul kv get; secret.read app/db_password"),
                    ("consul kv get app/feature", "cloud.read consul kv get"),
                ]),
                row("put import", "...", "word*").does("cloud.write"),
                row("delete", "...", "word*").does("cloud.delete"),
            ]),
            row("alloc", "...", "").sub(&[
                row("status logs fs", "...", "word*").does("cloud.read"),
                row("exec", "-task=word -job -i[=word] -t[=word] -e=word -namespace=word", "word command").style(Style::First).does("cloud.write").also(elsewhere),
                row("stop restart signal", "...", "word*").does("cloud.delete"),
            ]),
            row("exec", "...", "word*").does("code.run=shell cloud.write"),
            row("acl", "...", "word*").does("cloud.privilege"),
        ],
        Verb::First,
        &[
            Class { words: "stop delete leave force-leave purge deregister drain rm destroy gc maint", does: "cloud.delete" },
            Class { words: "status members info list catalog version plan inspect monitor logs validate fmt read history node server agent-info rtt", does: "cloud.read" },
            Class { words: "", does: "cloud.write" },
        ],
    ),
];

/// Objects are removed; `aws s3 rm help` explains how.
fn removed(run: &mut Run<'_>, given: &Given) {
    if let [field] = given.operands.as_slice()
        && field.text() == Some("help")
    {
        return;
    }
    for field in &given.operands {
        run.effect(Action::CLOUD_DELETE, Resource::Cloud { cloud: field.name() });
    }
}

/// Objects copied between a store and the machine, either way.
fn objects(run: &mut Run<'_>, given: &Given) {
    // MinIO's client and Backblaze's name a store as if it were a directory here.
    let by_alias = given.name.starts_with("mc");
    let is_store = |field: &Field| {
        let text = field.prefix();
        let before = text.split(['/', '\\']).next().unwrap_or(text);
        let alias = by_alias && before.len() < text.len() && !matches!(before, "" | "." | ".." | "~");
        text.contains("://") || before.contains(':') || alias
    };
    let Some((target, sources)) = given.operands.split_last() else { return };
    for source in sources {
        if is_store(source) {
            run.effect(Action::CLOUD_READ, Resource::Cloud { cloud: source.name() });
            // Of an open row a word behind an option may be the target.
            if !given.name.starts_with("aws") && !given.name.starts_with("gsutil") {
                run.effect(Action::NET_FETCH, Resource::host(Name::Dynamic));
            }
            if given.name.contains(" mv") || given.name.contains(" move") {
                run.effect(Action::CLOUD_DELETE, Resource::Cloud { cloud: source.name() });
            }
        } else if !meaning::is_stream(source) {
            meaning::path(run, Action::FILE_READ, source, true);
        }
    }
    if is_store(target) {
        run.effect(Action::CLOUD_WRITE, Resource::Cloud { cloud: target.name() });
        if sources.iter().any(|source| !is_store(source)) {
            run.effect(Action::NET_SEND, Resource::host(Name::Dynamic));
        }
        // What is made the same loses what is not there.
        if given.name.contains("rclone sync") || given.name.contains("mirror") {
            run.effect(Action::CLOUD_DELETE, Resource::Cloud { cloud: target.name() });
        }
    } else if target.text().is_some_and(|text| text == "." || text.ends_with('/')) {
        for name in meaning::names(run, target) {
            run.effect(Action::FILE_WRITE, Resource::path(strictly_below(name)));
        }
    } else if !meaning::is_stream(target) {
        meaning::path(run, Action::FILE_WRITE, target, true);
    }
}

/// The command of the operands runs on another machine.
fn elsewhere(run: &mut Run<'_>, given: &Given) {
    let Some((machine, command)) = given.operands.split_first() else { return };
    let name = machine.text().unwrap_or("?").to_owned();
    run.within(&given.name, Some(Reach::Remote(name)), |run| {
        run.program(command, Stream::default());
    });
}
