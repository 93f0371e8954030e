//! Databases, queues and stores through their own clients. SQL in their arguments is read as SQL.

mod client;

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Input, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("psql pgcli", "gnu -?/info -V/info -c,--command=word/fills -f,--file=read/fills -d,--dbname=word -h,--host=word/host -p,--port=word -U,--username=word/sent -w,--no-password -W,--password -l,--list -q,--quiet -t,--tuples-only -A,--no-align -x,--expanded -X,--no-psqlrc -1,--single-transaction -a,--echo-all -e,--echo-queries -E,--echo-hidden -b,--echo-errors -n,--no-readline -s,--single-step -S,--single-line -F,--field-separator=word -R,--record-separator=word -P,--pset=word -H,--html -T,--table-attr=word -z -0 --csv -L,--log-file=write -o,--output=word -v,--set,--variable=word", "word?  word?")
        .also(psql)
        .examples(&[
            ("psql -c '\\! rm -rf ~'", "file.delete ~/**"),
            ("psql -o '|sh' -c 'select 1'", "sql.read ?; unknown option_odd"),
            ("psql -c '\\echo a \\! rm -rf ~'", "file.delete ~/**"),
            ("psql -c '\\x \\o /srv/x'", "file.write /srv/x"),
            ("psql -c '\\s /srv/x'", "file.write /srv/x"),
            ("psql -c '\\conninfo \\\\ delete from t;'", "sql.write t"),
            ("psql -v x='; delete from t' -c 'select 1 :x'", "unknown sql_not_read"),
        ]),
    row("mysql mariadb mycli", "gnu -?/info -V/info -e,--execute=word/fills -D,--database=word -h,--host=word/host -P,--port=word -u,--user=word/sent -p[=word]/sent --password[=word]/sent -S,--socket=word -B,--batch -s,--silent -N,--skip-column-names -t,--table -r,--raw -v,--verbose -E,--vertical -G -f,--force -A,--no-auto-rehash -n,--unbuffered -q,--quick -w,--wait -C,--compress -H,--html -X,--xml --ssl-mode=word --ssl-ca=read --ssl-cert=read --ssl-key=read --default-character-set=word --defaults-file=read/odd --defaults-extra-file=read/odd --login-path=word --protocol=word --connect-timeout=word --max-allowed-packet=word --init-command=sql:mysql --pager=shell --tee=write --local-infile[=word]/odd --plugin-dir=odd --safe-updates -U --column-names --show-warnings --binary-mode", "word? word?")
        .also(mysql)
        .examples(&[("mysql --pager='rm -rf ~'", "file.delete ~/**"), ("mysql shop -e 'select a from t'", "sql.read t")]),
    row("sqlite3 sqlite litecli", "-readonly -header -noheader -csv -json -line -column -html -list -table -markdown -box -quote -tabs -ascii -batch -bail -echo -interactive -safe -stats -version,--version -help,--help -separator=word -nullvalue=word -newline=word -cmd=word -init=read/odd -A/odd -append -deserialize -maxsize=word -mmap=word -vfs=odd -zip -nofollow", "word? word*").style(Style::Dash)
        .also(sqlite)
        .examples(&[
            ("sqlite3 x.db '.shell rm -rf /srv'", "file.delete /srv/**; file.read /workspace/x.db"),
            ("sqlite3 app.db .tables", "file.read /workspace/app.db"),
        ]),
    row("duckdb", "-readonly -csv -json -line -list -markdown -table -box -c=word -s=word -cmd=word -init=odd -unsigned/odd -version,--version -help,--help ...", "word? word*").style(Style::Dash).also(sqlite).examples(&[
        ("duckdb -c \"select count(*) from '/etc/shadow'\"", "sql.outside ?; sql.read ?"),
        ("duckdb a.db 'select 1 from t'", "file.read /workspace/a.db; sql.read t"),
    ]),
    row("clickhouse-client clickhouse clickhouse-local snowsql usql sqlcmd isql osql trino presto beeline hive impala-shell spark-sql vsql nzsql db2 bteq exasol cockroach vertica", "-q,--query=sql -Q=sql -e,--execute=sql -c,--command=sql -h,--host=word/host -p[=word]/sent -u,--user=word/sent -d,--database,--dbname=word -U=word/sent -P=word -S,--server=word --port=word --password[=word]/sent -i,--input=read/odd -f,--filename=read/odd --queries-file=read/odd -o=write --format=word --version/info --help/info --accountname=word -a=word/sent -w=word -s=word -r=word --config=odd -multiquery --multiquery --secure --catalog=word --schema=word -n", "word*").input(Input::Sql("")),
    row("cqlsh", "-e,--execute=sql -f,--file=read/odd -k,--keyspace=word -u,--username=word -p,--password=word --cqlshrc=odd --ssl --version/info --help/info --request-timeout=word --connect-timeout=word -C --no-color", "word? word?").input(Input::Sql("")),
    // With the hashes of the roles' passwords.
    row("pg_dumpall", "gnu -f,--file=write -U,--username=word -h,--host=word -p,--port=word -d,--dbname=word -l=word -s,--schema-only -a,--data-only -g,--globals-only -r,--roles-only -t,--tablespaces-only -c,--clean -x --no-role-passwords -w -W ...", "word*").does("sql.read").also(|run, given| {
        if !given.has("--no-role-passwords") && !given.has("-t") {
            run.effect(Action::SECRET_READ, Resource::Sql { host: None, database: None, table: Some(crate::effects::Name::Literal("pg_authid".to_owned())) });
        }
    })
    .examples(&[
        ("pg_dumpall -g", "sql.read ?; secret.read pg_authid"),
        ("pg_dumpall --no-role-passwords -s", "sql.read ?"),
    ]),
    row("mysqldump mariadb-dump", "gnu -r,--result-file=write --tab=writetree -h,--host=word -p[=word] --password[=word] -P,--port=word -u,--user=word -B,--databases -A,--all-databases!secret.read -w,--where=word --ignore-table=word ...", "word*").does("sql.read").also(|run, given| {
        if given.operands.first().and_then(Field::text) == Some("mysql") {
            run.effect(Action::SECRET_READ, Resource::Sql { host: None, database: None, table: Some(crate::effects::Name::Literal("mysql.user".to_owned())) });
        }
    })
    .examples(&[
        ("mysqldump -u root shop > a.sql", "sql.read ?; file.write /workspace/a.sql"),
        ("mysqldump mysql user", "sql.read ?; secret.read mysql.user"),
        ("mysqldump --all-databases", "sql.read ?; secret.read mysqldump"),
    ]),
    row("pg_dump pg_basebackup", "gnu -f,--file=write -r,--result-file=write --tab=writetree -D,--pgdata=writetree -U,--username=word -h,--host=word -p=word -P=word -u,--user=word -d,--dbname=word -t,--table=word -n,--schema=word -F,--format=word -j,--jobs=word -T,--exclude-table=word -N,--exclude-schema=word -Z,--compress=word -E,--encoding=word -w,--where=word --port=word --ignore-table=word ...", "word*").does("sql.read"),
    row("pg_restore", "gnu -l,--list/dry -f,--file=write -c,--clean!sql.schema -C,--create -d,--dbname=word -e -h,--host=word -p,--port=word -U,--username=word -j,--jobs=word -n,--schema=word -t,--table=word -a,--data-only -s,--schema-only -1 -v,--verbose -O,--no-owner -x,--no-privileges -F,--format=word -L,--use-list=read --if-exists --role=word -w -W -1,--single-transaction", "read?").does("sql.write sql.schema"),
    row("dropdb dropuser", "gnu ...", "word*").does("sql.schema sql.privilege"),
    row("createdb", "gnu ...", "word*").does("sql.schema"),
    row("createuser", "gnu ...", "word*").does("sql.privilege"),
    row("vacuumdb reindexdb clusterdb analyzedb pg_ctl pg_ctlcluster pg_resetwal pg_upgrade initdb pg_rewind pg_archivecleanup", "gnu ...", "word*").does("sql.admin"),
    row("pg_isready pg_config pg_controldata pg_lsclusters", "...", "word*"),
    row("mysqladmin mariadb-admin", "-h,--host=word -u,--user=word/sent -p[=word]/sent -P,--port=word -S=word -f,--force -i,--sleep=word -c,--count=word -s --ssl-mode=word --defaults-file=read", "word*").sub_or(&[], Verb::First, &[
        Class { words: "status extended-status ping processlist variables version", does: "sql.read" },
        Class { words: "drop", does: "sql.schema" },
        Class { words: "password", does: "sql.privilege" },
        Class { words: "", does: "sql.admin" },
    ]),
    row("mysqlcheck mariadb-check myisamchk mysqlimport mysql_upgrade mysql_secure_installation", "...", "word*").does("sql.admin"),
    row("mysqlshow mysqlslap", "...", "word*").does("sql.read"),
    row("mongosh mongo", "--eval=word --file=read/odd -f=read/odd --host=word/host --port=word -u,--username=word/sent -p,--password[=word]/sent --authenticationDatabase=word --quiet --norc --json[=word] --nodb --shell/odd --tls --tlsCAFile=read --version/info --help/info", "word* ").style(Style::Gnu).also(mongo).examples(&[
        ("mongosh --eval 'db.users.find()'", "sql.read ?"),
        ("mongosh admin --eval 'db.system.users.find()'", "sql.read ?; secret.read ?"),
        ("mongosh --eval 'db.users.drop()'", "code.run mongodb"),
    ]),
    row("mongodump mongoexport", "-o,--out=write --archive[=write] -c,--collection=word --dumpDbUsersAndRoles!secret.read ...", "word*").does("sql.read").also(|run, given| {
        if given.value("-c").and_then(Field::text).is_some_and(|name| name.starts_with("system.")) {
            run.effect(Action::SECRET_READ, Resource::Sql { host: None, database: None, table: None });
        }
    })
    .examples(&[("mongoexport -d admin -c system.users -o a.json", "sql.read ?; secret.read ?; file.write /workspace/a.json"), ("mongoexport -c orders", "sql.read ?")]),
    row("mongorestore mongoimport", "--drop!sql.schema --dryRun/dry --file=read --archive[=read] ...", "readtree*").does("sql.write"),
    row("redis-cli valkey-cli keydb-cli", "-h=word -p=word -s=word -a=word/sent -u=word --user=word/sent --pass=word/sent --askpass -r=word -i=word -n=word -2 -3 -x -X=word -d=word -D=word -c -e --tls --sni=word --cacert=read --cert=read --key=read --raw --no-raw --quoted-input --csv --json --show-pushes=word --stat --latency --latency-history --latency-dist --bigkeys --memkeys --hotkeys --scan --pattern=word --count=word --quoted-pattern=word --no-auth-warning --verbose --eval=odd --ldb/odd --ldb-sync-mode/odd --cluster=odd --pipe/odd --rdb=write --functions-rdb=write --replica --intrinsic-latency=word --help/info --version,-v/info", "word*").style(Style::First).also(redis).examples(&[
        ("redis-cli -h prod -n 0 flushdb", "sql.schema redis"),
        ("redis-cli GET k", "sql.read redis"),
        ("redis-cli CONFIG GET masterauth", "sql.read redis; secret.read masterauth"),
        ("redis-cli CONFIG GET '*'", "sql.read redis; secret.read redis"),
        ("redis-cli CONFIG GET maxmemory", "sql.read redis"),
        ("redis-cli HGET app:config api_token", "sql.read redis; secret.read api_token"),
        ("redis-cli CONFIG SET dbfilename authorized_keys", "persistence.install redis; sql.outside redis"),
        ("redis-cli --scan --pattern 'user:*'", "sql.read redis"),
    ]),
    row("etcdctl", "--endpoints=word --cacert=read --cert=read --key=read --user=word --password=word -w,--write-out=word --prefix --keys-only --limit=word --from-key --rev=word --consistency=word --print-value-only --hex --sort-by=word --order=word --command-timeout=word --help/info", "").sub(&[
        row("get watch", "... --from-key --prefix --keys-only --limit=word --print-value-only --rev=word --endpoints=word", "asked*").does("sql.read").also(|run, given| {
            // Everything, whatever it is called.
            let root = given.operands.first().and_then(Field::text).is_some_and(|key| matches!(key, "" | "/" | "/registry" | "/registry/" | "\\0"));
            if root && (given.has("--prefix") || given.has("--from-key")) && !given.has("--keys-only") {
                run.effect(Action::SECRET_READ, Resource::Named { name: crate::effects::Name::Literal("etcd".to_owned()) });
            }
        })
        .examples(&[
            ("etcdctl get /app/db-password", "sql.read ?; secret.read /app/db-password"),
            ("etcdctl get / --prefix", "sql.read ?; secret.read etcd"),
            ("etcdctl get / --prefix --keys-only", "sql.read ?"),
            ("etcdctl get /app/feature", "sql.read ?"),
        ]),
        row("version check member endpoint", "...", "word*").does("sql.read"),
        row("put lease lock txn", "...", "word*").does("sql.write"),
        row("del", "...", "word*").does("sql.schema"),
        row("auth user role", "...", "word*").does("sql.privilege"),
        row("snapshot defrag compaction alarm move-leader", "...", "word*").does("sql.admin"),
    ]),
    row("influx", "-execute=sql:influx -database=word -host=word -port=word -username=word -password=word -format=word -precision=word -version,--version/info -help/info ...", "").style(Style::Dash).input(Input::Sql("influx")).sub_or(&[
        row("query", "... -f,--file=read/odd", "word*").also(flux).examples(&[
            ("influx query 'from(bucket:\"a\") |> range(start:-1h)'", "sql.read ?"),
            ("influx query 'from(bucket:\"a\") |> to(bucket:\"b\")'", "sql.read ?; sql.write ?"),
        ]),
    ], Verb::First, &[
        Class { words: "delete remove rm restore", does: "sql.schema" },
        Class { words: "query list ls ping version find export", does: "sql.read" },
        Class { words: "auth user org", does: "sql.privilege" },
        Class { words: "", does: "sql.write" },
    ]),
    row("cypher-shell", "-a=word -u=word -p=word -d=word --format=word -f=read/odd ...", "odd*"),
    row("kafka-topics kafka-topics.sh kafka-configs kafka-configs.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-acls kafka-acls.sh kafka-get-offsets kafka-log-dirs kafka-broker-api-versions", "--bootstrap-server=word --zookeeper=word --command-config=read --topic=word --group=word --entity-type=word --entity-name=word --entity-default --partitions=word --replication-factor=word --config=word --if-exists --if-not-exists --list!sql.read --describe!sql.read --all-topics --all-groups --members --verbose --state[=word] --offsets --delete!sql.schema --create!sql.schema --alter!sql.admin --add-config=word --delete-config=word --reset-offsets!sql.write --delete-offsets!sql.write --to-earliest --to-latest --to-offset=word --execute --dry-run --add!sql.privilege --remove!sql.privilege --allow-principal=word --operation=word --help/info --version/info --exclude-internal --under-replicated-partitions --time=word", "").does("sql.read").examples(&[
        ("kafka-topics --bootstrap-server localhost:9092 --list", "sql.read ?"),
        ("kafka-topics --bootstrap-server localhost:9092 --delete --topic orders", "sql.read ?; sql.schema ?"),
    ]),
    row("kafka-console-consumer kafka-console-consumer.sh kcat kafkacat", "-P!sql.write ...", "word*").does("sql.read"),
    row("kafka-console-producer kafka-console-producer.sh kafka-delete-records kafka-reassign-partitions kafka-leader-election", "...", "word*").does("sql.write"),
    row("nats rabbitmqctl rabbitmqadmin rabbitmq-diagnostics pulsar-admin rpk", "-s,--server=word -n,--node=word -p,--vhost=word -q,--quiet --user=word --password=word --creds=read --context=word --formatter=word -t,--timeout=word -f,--force -H=word -P=word -u=word ...", "").style(Style::First).sub_or(&[], Verb::First, &[
        Class { words: "delete rm del purge purge_queue delete_queue delete_vhost delete_user reset force_reset clear_* stop stop_app shutdown kill remove forget_cluster_node close_* delete-topic destroy unregister", does: "sql.schema" },
        Class { words: "list ls info report status list_* cluster_status node_health_check ping version show get find view environment check* account-info rtt describe memory_breakdown list-* consume help", does: "sql.read" },
        Class { words: "add_user change_password set_user_tags set_permissions set_topic_permissions add_vhost authenticate_user account auth", does: "sql.privilege" },
        Class { words: "", does: "sql.write" },
    ]),
    row("elasticdump", "--input=fetch --output=send ...", "word*").does("sql.read"),
    // It runs the project's `env.py`.
    row("alembic", "-h,--help/info --version/info -c,--config=word/code -n,--name=word -x=word --raiseerr -q,--quiet ...", "").sub_or(&[], Verb::First, &[
        Class { words: "upgrade downgrade stamp ensure_version edit", does: "process.run sql.schema sql.write" },
        Class { words: "current history heads branches show check list_templates", does: "sql.read process.run" },
        Class { words: "revision merge init", does: "process.run" },
        Class { words: "", does: "process.run sql.schema sql.write" },
    ]).examples(&[
        ("alembic revision --autogenerate -m x", "process.run alembic"),
        ("alembic downgrade base", "process.run alembic; sql.schema ?; sql.write ?"),
        ("alembic upgrade heads", "process.run alembic; sql.schema ?; sql.write ?"),
    ]),
    row("prisma drizzle-kit knex sequelize typeorm flyway liquibase goose dbmate migrate sqlx diesel atlas", "-c,--config=read --schema=read --env=word -e=word --url=word --dir=word ...", "").sub_or(&[], Verb::First, &[
        Class { words: "reset drop clean down rollback undo db:drop schema:drop drop-all drop-first revert db:migrate:undo* migrate:rollback* downgrade redo fresh", does: "sql.schema sql.write" },
        Class { words: "status info validate history list show current generate format version help print check heads branches status-*", does: "sql.read" },
        Class { words: "", does: "sql.schema sql.write" },
    ]),
];

fn psql(run: &mut Run<'_>, given: &Given) {
    if given.value("-o").is_some_and(|output| output.prefix().starts_with('|') || output.text().is_none()) {
        run.doubt(unknown::OPTION_ODD);
    } else if let Some(output) = given.value("-o").cloned() {
        meaning::path(run, Action::FILE_WRITE, &output, false);
    }
    let texts: Vec<Field> = given.values("-c").cloned().collect();
    for text in &texts {
        client::text(run, "postgres", text, &client::variables(given));
    }
    script_input(run, given, "postgres", given.has("-f") || !texts.is_empty());
}

fn mysql(run: &mut Run<'_>, given: &Given) {
    let texts: Vec<Field> = given.values("-e").cloned().collect();
    for text in &texts {
        match text.text().and_then(|text| text.trim().strip_prefix("system ")).map(str::to_owned) {
            Some(command) => {
                run.shell_text(&Field::literal(command), Stream::default());
            }
            None => client::text(run, "mysql", text, &Vec::new()),
        }
    }
    script_input(run, given, "mysql", !texts.is_empty());
}

/// What flows in, or what a file holds, is a script.
fn script_input(run: &mut Run<'_>, given: &Given, dialect: &'static str, has_text: bool) {
    let variables = client::variables(given);
    let files: Vec<Field> = given.values("-f").cloned().collect();
    for file in files {
        match meaning::content(run, &file).as_ref().and_then(Stream::literal).map(str::to_owned) {
            Some(text) => client::text(run, dialect, &Field::literal(text), &variables),
            None => run.doubt(unknown::SQL_NOT_READ),
        }
    }
    if has_text || given.input.is_nothing() {
        return;
    }
    match given.input.literal().map(str::to_owned) {
        Some(text) => client::text(run, dialect, &Field::literal(text), &variables),
        None => run.doubt(unknown::SQL_NOT_READ),
    }
}

/// A pipe of Flux reads, unless it leads into something.
fn flux(run: &mut Run<'_>, given: &Given) {
    meaning::declared(run, "sql.read", &given.name);
    let leads = |text: Option<&str>| {
        text.is_none_or(|text| {
            ["to(", "to (", "wideTo", "http", "import"].iter().any(|word| text.contains(word))
        })
    };
    if given.operands.iter().any(|operand| leads(operand.text()))
        || given.operands.is_empty() && !given.input.is_nothing() && leads(given.input.literal())
    {
        meaning::declared(run, "sql.write", &given.name);
    }
}

fn sqlite(run: &mut Run<'_>, given: &Given) {
    let mut operands = given.operands.iter();
    if let Some(database) = operands.next()
        && database.text() != Some(":memory:")
    {
        meaning::path(run, Action::FILE_READ, database, false);
    }
    let mut texts: Vec<Field> = operands.cloned().collect();
    for option in ["-cmd", "-c", "-s"] {
        texts.extend(given.values(option).cloned());
    }
    if texts.is_empty() && !given.input.is_nothing() {
        texts.push(given.input.literal().map_or_else(Field::any, Field::literal));
    }
    let mut changes = false;
    for text in &texts {
        let Some(text) = text.text() else {
            run.doubt(unknown::SQL_NOT_READ);
            continue;
        };
        let mut sql = String::new();
        for line in text.lines() {
            match line.trim_start().strip_prefix('.') {
                Some(command) => changes |= dot(run, command),
                None => {
                    sql.push_str(line);
                    sql.push('\n');
                }
            }
        }
        if !sql.trim().is_empty() {
            let dialect = if given.name == "duckdb" { "duckdb" } else { "sqlite" };
            meaning::query(run, dialect, &Field::literal(sql.trim()));
        }
    }
    if changes {
        run.effect(Action::SQL_WRITE, Resource::Sql { host: None, database: None, table: None });
    }
}

/// A dot command of sqlite3. Says whether it changes the database.
fn dot(run: &mut Run<'_>, command: &str) -> bool {
    let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    // Any beginning of a name that is not ambiguous will do.
    let is = |whole: &str| !name.is_empty() && whole.starts_with(name) && name.len() >= 2;
    match name {
        _ if is("shell") || is("system") => {
            run.shell_text(&Field::literal(rest), Stream::default());
            false
        }
        "tables" | "schema" | "databases" | "indexes" | "indices" | "headers" | "header" | "mode"
        | "width" | "show" | "dump" | "fullschema" | "stats" | "timer" | "help" | "quit" | "exit"
        | "separator" | "nullvalue" | "echo" | "print" | "version" | "dbinfo" | "dbconfig" | "limit"
        | "bail" | "changes" | "explain" | "eqp" | "lint" => false,
        "restore" | "import" | "clone" | "recover" | "parameter" | "open" => true,
        "output" | "once" | "backup" | "save" | "log" | "read" | "load" | "excel" => {
            if rest.starts_with('|') || matches!(name, "load" | "read" | "excel") {
                run.doubt(unknown::OPTION_ODD);
            } else {
                meaning::path(run, Action::FILE_WRITE, &Field::literal(rest), false);
            }
            false
        }
        _ => {
            run.doubt(unknown::OPTION_ODD);
            false
        }
    }
}

/// A chain of calls that only reads; everything else is a program.
fn mongo(run: &mut Run<'_>, given: &Given) {
    let anywhere = || Resource::Sql { host: None, database: None, table: None };
    let code =
        |run: &mut Run<'_>| run.effect(Action::CODE_RUN, Resource::Code { language: "mongodb".to_owned() });
    let texts: Vec<Field> = given.values("--eval").cloned().collect();
    for text in &texts {
        match text.text() {
            Some(text) if reads_only(text) => {
                if ["system.users", "system.keys", "system.new_users"].iter().any(|name| text.contains(name))
                {
                    run.effect(Action::SECRET_READ, anywhere());
                }
                run.effect(Action::SQL_READ, anywhere());
            }
            _ => code(run),
        }
    }
    let script = given.operands.iter().any(|field| field.text().is_none_or(|text| text.ends_with(".js")));
    if script || texts.is_empty() && !given.input.is_nothing() {
        code(run);
    }
}

fn reads_only(text: &str) -> bool {
    const READS: &[&str] = &[
        "db",
        "find",
        "findOne",
        "count",
        "countDocuments",
        "estimatedDocumentCount",
        "distinct",
        "limit",
        "sort",
        "skip",
        "pretty",
        "toArray",
        "explain",
        "stats",
        "getIndexes",
        "getCollectionNames",
        "getCollectionInfos",
        "serverStatus",
        "version",
        "hello",
        "isMaster",
        "show",
        "dbs",
        "collections",
        "databases",
        "printjson",
        "JSON",
        "stringify",
        "projection",
        "rs",
        "status",
        "getName",
        "length",
        "size",
    ];
    !text.contains(['$', '=', '`', '\\', ';', '[']) && {
        let mut quoted = false;
        let plain: String = text
            .chars()
            .map(|c| {
                quoted ^= c == '"' || c == '\'';
                if quoted { ' ' } else { c }
            })
            .collect();
        let mut names = plain
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
            .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        let called: Vec<&str> = plain
            .match_indices('(')
            .filter_map(|(at, _)| {
                plain.get(..at)?.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()
            })
            .filter(|name| !name.is_empty())
            .collect();
        called.iter().all(|name| READS.contains(name)) && names.next().is_some()
    }
}

fn redis(run: &mut Run<'_>, given: &Given) {
    let redis = || Resource::Named { name: crate::effects::Name::Literal("redis".to_owned()) };
    if given.operands.is_empty() {
        if given.input.is_nothing() {
            run.effect(Action::SQL_READ, redis());
        } else {
            run.doubt(unknown::OPTION_ODD);
        }
        return;
    }
    let Some(command) = given.operands.first().and_then(Field::text).map(str::to_ascii_lowercase) else {
        run.doubt(unknown::SUBCOMMAND);
        return;
    };
    let second = given.operands.get(1).and_then(Field::text).unwrap_or_default().to_ascii_lowercase();
    const READS: &[&str] = &[
        "get",
        "mget",
        "hget",
        "hgetall",
        "hmget",
        "hkeys",
        "hvals",
        "hlen",
        "hexists",
        "keys",
        "scan",
        "sscan",
        "hscan",
        "zscan",
        "exists",
        "ttl",
        "pttl",
        "type",
        "strlen",
        "llen",
        "lrange",
        "lindex",
        "scard",
        "smembers",
        "sismember",
        "zcard",
        "zrange",
        "zrevrange",
        "zscore",
        "zrank",
        "zcount",
        "info",
        "ping",
        "dbsize",
        "time",
        "echo",
        "randomkey",
        "object",
        "memory",
        "slowlog",
        "latency",
        "lastsave",
        "xlen",
        "xrange",
        "xread",
        "xinfo",
        "getrange",
        "bitcount",
        "pfcount",
        "geopos",
        "geodist",
        "role",
        "command",
        "monitor",
        "subscribe",
        "psubscribe",
        "hello",
        "select",
        "auth",
        "cluster",
        "client",
        "sunion",
        "sinter",
        "sdiff",
        "srandmember",
        "dump",
        "ft.search",
        "json.get",
    ];
    // Its own passwords are settings, and every setting is shown where none is named.
    let shown = match (command.as_str(), second.as_str()) {
        ("config", "get") => given.operands.get(2..).unwrap_or_default(),
        (
            "get" | "mget" | "hget" | "hgetall" | "lrange" | "smembers" | "json.get" | "getrange" | "dump",
            _,
        ) => given.operands.get(1..).unwrap_or_default(),
        _ => &[],
    };
    for name in shown {
        let begins = name.text_with_wildcards().unwrap_or_default();
        let begins = begins.split(['*', '?', '[']).next().unwrap_or_default();
        let plain = name.text().is_some_and(|name| name == begins);
        let every = command == "config"
            && !plain
            && ["requirepass", "masterauth", "masteruser"].iter().any(|name| name.starts_with(begins));
        if every {
            run.effect(Action::SECRET_READ, redis());
        }
        meaning::asked(run, name);
    }
    if (command.as_str(), second.as_str()) == ("acl", "list")
        || (command.as_str(), second.as_str()) == ("acl", "getuser")
    {
        run.effect(Action::SECRET_READ, redis());
    }
    let action = match (command.as_str(), second.as_str()) {
        ("config", "get")
        | ("client", "list" | "info" | "getname" | "id")
        | ("acl", "list" | "whoami" | "cat" | "users") => Action::SQL_READ,
        ("config", "set" | "rewrite" | "resetstat") => {
            run.effect(Action::PERSISTENCE_INSTALL, redis());
            Action::SQL_OUTSIDE
        }
        ("client", _) | ("cluster", "reset" | "forget" | "failover" | "meet" | "addslots" | "delslots") => {
            Action::SQL_ADMIN
        }
        ("slowlog" | "latency", "reset") => Action::SQL_ADMIN,
        ("acl", _) => Action::SQL_PRIVILEGE,
        ("flushall" | "flushdb" | "del" | "unlink", _) => Action::SQL_SCHEMA,
        (
            "eval" | "evalsha" | "fcall" | "script" | "function" | "module" | "slaveof" | "replicaof"
            | "migrate" | "debug",
            _,
        ) => {
            run.effect(Action::CODE_RUN, Resource::Code { language: "redis".to_owned() });
            Action::SQL_OUTSIDE
        }
        ("shutdown" | "save" | "bgsave" | "bgrewriteaof" | "failover" | "swapdb" | "restore", _) => {
            Action::SQL_ADMIN
        }
        (name, _) if READS.contains(&name) => Action::SQL_READ,
        _ => Action::SQL_WRITE,
    };
    run.effect(action, redis());
}
