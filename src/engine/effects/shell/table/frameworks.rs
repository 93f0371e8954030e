//! Programs of frameworks (Rails, Django, Laravel, Symfony): they run the code of the project, and some of their
//! commands change its database.

use super::python_run::{flowing, of_the_project};
use crate::effects::shell::field::Field;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Class, Row, Style, Verb, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::Stream;
use crate::effects::{Action, Name, Resource, unknown};

pub(super) const ROWS: &[Row] =
    &[row("rails bin/rails", "", "").style(Style::Raw).instead(rails).examples(&[
        ("rails db:migrate", "process.run rails; sql.schema ?"),
        ("rails db:drop", "process.run rails; sql.schema ?; sql.write ?"),
        ("rails runner 'User.delete_all'", "code.run ruby"),
        ("rails console", "code.run ruby"),
        ("rails routes", "process.run rails"),
        ("rails server", "process.run rails; net.listen configured"),
        ("rails credentials:show", "process.run rails; secret.read credentials"),
        ("rails --version", ""),
    ]),
    row("flask", "--help/info --version/info -A,--app=word -e,--env-file=read --debug --no-debug", "").style(Style::First).sub_or(&[
        row("run", "--help/info -h,--host=word -p,--port=word --cert=read --key=read --reload --no-reload --debugger --no-debugger --with-threads --without-threads --extra-files=word", "").does("process.run net.listen"),
        row("shell", "", "").does("code.run=python"),
        row("db", "", "").sub_or(&[], Verb::First, &[
            Class { words: "upgrade downgrade stamp", does: "process.run sql.schema sql.write" },
            Class { words: "current history heads show branches check", does: "process.run sql.read" },
            Class { words: "migrate revision init merge edit", does: "process.run" },
            Class { words: "", does: "process.run sql.schema sql.write" },
        ]),
    ], Verb::First, &[Class { words: "", does: "process.run" }]).examples(&[
        ("flask routes", "process.run flask"),
        ("flask --app a run", "process.run flask; net.listen configured"),
        ("flask shell", "code.run python"),
        ("flask db upgrade", "process.run flask; sql.schema ?; sql.write ?"),
    ]),
];

/// Django's commands: they are run by the project's code, and some change its database.
pub(super) fn manage_py(run: &mut Run<'_>, file: &Field, arguments: &[Field]) {
    let command = arguments.iter().find(|field| field.text().is_none_or(|text| !text.starts_with('-')));
    let sql = Resource::Sql { host: None, database: Some(Name::Dynamic), table: None };
    match command.and_then(Field::text) {
        Some("shell" | "shell_plus") => {
            let code = arguments
                .iter()
                .position(|field| matches!(field.text(), Some("-c" | "--command")))
                .and_then(|at| arguments.get(at + 1));
            match code {
                Some(code) => meaning::code(run, "python", &code.clone()),
                None => run.effect(Action::CODE_RUN, Resource::Code { language: "python".to_owned() }),
            }
            return;
        }
        Some("migrate" | "createcachetable" | "migrate_schemas") => run.effect(Action::SQL_SCHEMA, sql),
        Some(
            "flush"
            | "reset_db"
            | "loaddata"
            | "clearsessions"
            | "remove_stale_contenttypes"
            | "sqlflush"
            | "clean_orphaned_obj",
        ) => run.effect(Action::SQL_WRITE, sql),
        Some("createsuperuser" | "changepassword" | "drop_test_database") => {
            run.effect(Action::SQL_PRIVILEGE, sql)
        }
        Some("dumpdata" | "inspectdb") => run.effect(Action::SQL_READ, sql),
        Some("dbshell") => run.doubt(unknown::SQL_NOT_READ),
        Some("diffsettings" | "print_settings") => {
            run.effect(Action::SECRET_READ, super::super::thing("settings"))
        }
        Some("runserver" | "runserver_plus" | "testserver") => meaning::declared(run, "net.listen", "python"),
        _ => {}
    }
    meaning::declared(run, "process.run", "python");
    meaning::own_code(run, file);
}

/// Commands of PHP frameworks that change a database; whether it was code, and nothing else is to be said.
pub(super) fn artisan(run: &mut Run<'_>, operands: &[Field]) -> bool {
    let sql = Resource::Sql { host: None, database: Some(Name::Dynamic), table: None };
    let command =
        operands.iter().find_map(|field| field.text().filter(|text| !text.starts_with('-'))).unwrap_or("?");
    match command {
        "tinker" => {
            run.effect(Action::CODE_RUN, Resource::Code { language: "php".to_owned() });
            return true;
        }
        "migrate:status"
        | "doctrine:migrations:list"
        | "doctrine:migrations:status"
        | "db:show"
        | "db:table" => {
            run.effect(Action::SQL_READ, sql);
        }
        _ if command.starts_with("migrate")
            || command.starts_with("doctrine:schema")
            || command.starts_with("doctrine:migrations:m")
            || matches!(
                command,
                "db:wipe" | "schema:dump" | "doctrine:database:drop" | "doctrine:database:create"
            ) =>
        {
            run.effect(Action::SQL_SCHEMA, sql);
        }
        "db:seed"
        | "queue:flush"
        | "queue:clear"
        | "model:prune"
        | "cache:clear"
        | "doctrine:fixtures:load" => run.effect(Action::SQL_WRITE, sql),
        "serve" | "server:start" | "reverb:start" => meaning::declared(run, "net.listen", "php"),
        "env" | "env:decrypt" | "config:show" | "secrets:list" | "debug:dotenv" => {
            run.effect(Action::SECRET_READ, super::super::thing("settings"))
        }
        _ => {}
    }
    false
}

/// Tasks of a Rails project that change its database.
pub(super) fn tasks(run: &mut Run<'_>, words: &[Field]) {
    let sql = Resource::Sql { host: None, database: Some(Name::Dynamic), table: None };
    for task in words.iter().filter_map(Field::text).filter(|text| text.starts_with("db:")) {
        let actions: &[Action] = match task.split('[').next().unwrap_or(task) {
            "db:seed" | "db:truncate_all" | "db:fixtures:load" | "db:seed:replant" => &[Action::SQL_WRITE],
            "db:version" | "db:migrate:status" | "db:abort_if_pending_migrations" => &[Action::SQL_READ],
            "db:migrate" | "db:rollback" | "db:create" | "db:prepare" => &[Action::SQL_SCHEMA],
            _ => &[Action::SQL_SCHEMA, Action::SQL_WRITE],
        };
        for action in actions {
            run.effect(action.clone(), sql.clone());
        }
    }
}

fn rails(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    tasks(run, arguments);
    let mut words = arguments.iter().filter(|field| field.text().is_none_or(|text| !text.starts_with('-')));
    let command = words.next().and_then(Field::text);
    match command {
        None => {
            if arguments.iter().any(|field| {
                matches!(field.text(), Some("--version" | "-v" | "--help" | "-h" | "-T" | "--tasks"))
            }) {
                return Stream::foreign();
            }
            // The default task of rake, or one that is not settled.
            if arguments.iter().any(|field| field.text().is_none()) {
                run.doubt(unknown::SUBCOMMAND);
            }
        }
        Some("runner" | "r") => {
            match words.next() {
                Some(code)
                    if code.text().is_some_and(|text| text.ends_with(".rb") && !text.contains(' ')) =>
                {
                    of_the_project(run, "ruby", "rails", &code.clone())
                }
                Some(code) => meaning::code(run, "ruby", &code.clone()),
                None => {
                    flowing(run, "ruby", "rails", &input);
                }
            }
            return Stream::local();
        }
        Some("console" | "c") => {
            run.effect(Action::CODE_RUN, Resource::Code { language: "ruby".to_owned() });
            return Stream::local();
        }
        Some("dbconsole" | "db") => run.doubt(unknown::SQL_NOT_READ),
        Some("server" | "s") => meaning::declared(run, "net.listen", "rails"),
        Some("destroy" | "d") => meaning::declared(run, "file.delete", "rails"),
        Some(text)
            if text.starts_with("credentials")
                || text.starts_with("secrets")
                || text.starts_with("encrypted") =>
        {
            run.effect(Action::SECRET_READ, super::super::thing("credentials"));
        }
        Some(_) => {}
    }
    if arguments
        .iter()
        .any(|field| matches!(field.text(), Some("-e" | "-E" | "-p" | "--execute" | "-r" | "--require")))
    {
        run.doubt(unknown::OPTION_ODD);
    }
    meaning::declared(run, "process.run", "rails");
    meaning::own_code(run, &Field::literal("."));
    Stream::local()
}
