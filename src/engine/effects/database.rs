//! The database that a tool's mapping names: a name, a host, or a connection URL.
//!
//! In comes a text, from the policy or from the call; out come host and name as far as it says them.
//! User names and passwords in it are dropped here and go nowhere.

use super::unknown::{self, Why};
use super::{Name, url};

/// A database, as far as a text names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Database {
    /// The server.
    pub(super) host: Option<Name>,
    /// The name.
    pub(super) name: Option<Name>,
}

impl Database {
    /// A database of which nothing is known until the call runs.
    pub(super) fn dynamic() -> Self {
        Self { host: Some(Name::Dynamic), name: Some(Name::Dynamic) }
    }
}

/// Reads the text that names a database.
///
/// # Errors
/// Where drivers may read it differently.
pub(super) fn read(text: &str) -> Result<Database, Why> {
    let doubt = Err(unknown::DATABASE_UNUSUAL);
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\' && c != '$' && c != '`';
    if text.is_empty() || text.len() > url::MOST {
        return doubt;
    }
    if text.contains('=') && !text.contains("://") {
        return words(text);
    }
    if !text.chars().all(plain) {
        return doubt;
    }
    let text = text.strip_prefix("jdbc:").unwrap_or(text);
    let Some((scheme, rest)) = text.split_once("://") else {
        return bare(text);
    };
    let scheme = scheme.split('+').next().unwrap_or_default();
    if scheme.starts_with("sqlite") || scheme == "duckdb" {
        let path = rest.split('?').next().unwrap_or_default();
        return Ok(Database { host: None, name: Some(Name::Literal(path.to_owned())) });
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    // Drivers let these replace what stands before them, also when they are percent-encoded.
    let replaces = |pair: &str| {
        let key = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        !key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
            || matches!(
                key.as_str(),
                "host"
                    | "hostaddr"
                    | "dbname"
                    | "database"
                    | "service"
                    | "servicefile"
                    | "options"
                    | "port"
                    | "server"
            )
    };
    if query.split(['&', ';']).any(replaces) || rest.contains(['#', ';', '%']) {
        return doubt;
    }
    let (authority, name) = rest.split_once('/').unwrap_or((rest, ""));
    // With several `@`, libpq takes the first for the end of the user's name and others the last; with several hosts
    // it goes to whichever answers.
    let machine = authority.split_once('@').map_or(authority, |(_, machine)| machine);
    let name = (!name.is_empty()).then(|| Name::Literal(name.to_owned()));
    if machine.contains(['@', ','])
        || name.as_ref().is_some_and(|n| matches!(n, Name::Literal(n) if n.contains('/')))
    {
        return doubt;
    }
    if machine.is_empty() {
        return Ok(Database { host: None, name });
    }
    let (host, _) = url::host_and_port(machine).map_err(|_| unknown::DATABASE_UNUSUAL)?;
    Ok(Database { host: Some(Name::Literal(host)), name })
}

/// `host=… dbname=…`, as libpq and ODBC write it.
fn words(text: &str) -> Result<Database, Why> {
    let mut database = Database::default();
    // Any white space ends a value, and after a bare `=` the next word is the value.
    if text.contains(|c: char| matches!(c, '\'' | '"' | '\\' | '{') || (c.is_whitespace() && c != ' ')) {
        return Err(unknown::DATABASE_UNUSUAL);
    }
    for pair in text.split([' ', ';']).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair
            .split_once('=')
            .filter(|(_, value)| !value.is_empty() && !value.contains(char::is_control))
            .ok_or(unknown::DATABASE_UNUSUAL)?;
        match key.to_ascii_lowercase().as_str() {
            "host" | "hostname" | "server" if database.host.is_none() => {
                let (host, _) = url::host_and_port(value).map_err(|_| unknown::DATABASE_UNUSUAL)?;
                database.host = Some(Name::Literal(host));
            }
            "dbname" | "database" if database.name.is_none() => {
                database.name = Some(Name::Literal(value.to_owned()));
            }
            "user" | "uid" | "password" | "pwd" | "port" | "sslmode" | "driver" | "application_name"
            | "connect_timeout" => {}
            _ => return Err(unknown::DATABASE_UNUSUAL),
        }
    }
    Ok(database)
}

/// A word: with a dot or a port it is a host, otherwise a name.
fn bare(text: &str) -> Result<Database, Why> {
    let (machine, name) = match text.split_once('/') {
        Some((machine, name)) if !name.contains('/') && !name.is_empty() => (machine, Some(name)),
        Some(_) => return Err(unknown::DATABASE_UNUSUAL),
        None => (text, None),
    };
    let name = name.map(|name| Name::Literal(name.to_owned()));
    if name.is_none() && !machine.contains(['.', ':']) {
        return Ok(Database { host: None, name: Some(Name::Literal(machine.to_owned())) });
    }
    let (host, _) = url::host_and_port(machine).map_err(|_| unknown::DATABASE_UNUSUAL)?;
    Ok(Database { host: Some(Name::Literal(host)), name })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn host_and_name_are_told_apart() {
        for (text, host, name) in [
            (
                "postgres://app:pw@ledger-primary.db.internal:5432/ledger",
                Some("ledger-primary.db.internal"),
                Some("ledger"),
            ),
            ("postgresql+psycopg://db/x?sslmode=require", Some("db"), Some("x")),
            ("mysql://DB.Internal.", Some("db.internal"), None),
            ("jdbc:postgresql://h.internal/x", Some("h.internal"), Some("x")),
            ("sqlite:///data/app.db", None, Some("/data/app.db")),
            ("postgres:///ledger", None, Some("ledger")),
            ("ledger-replica-1.db.internal", Some("ledger-replica-1.db.internal"), None),
            ("ledger-replica-1:5432", Some("ledger-replica-1"), None),
            ("db.internal/ledger", Some("db.internal"), Some("ledger")),
            ("ledger", None, Some("ledger")),
            ("host=db.internal port=5432 dbname=x user=u password=p", Some("db.internal"), Some("x")),
            ("Server=db.internal;Database=x;Uid=u", Some("db.internal"), Some("x")),
        ] {
            let literal = |t: Option<&str>| t.map(|t| Name::Literal(t.to_owned()));
            assert_eq!(read(text), Ok(Database { host: literal(host), name: literal(name) }), "{text}");
        }
    }

    #[test]
    fn what_drivers_may_read_differently_is_refused() {
        for text in [
            "",
            "postgres://a,b/x",
            "postgres://replica/x?host=primary",
            "postgres:///x?service=p",
            "postgres://a%2fb/x",
            "postgres://$HOST/x",
            "host=a host=b",
            "host=a service=p",
            "host='a' dbname=b",
            "postgres://a/b/c",
            "a b",
            "//a/b",
            "postgres://a;b/x",
            "postgres://u@evil.example,x@replica/x",
            "postgres://u@evil.example@replica/x",
            "postgres://replica/x?h%6fst=evil.example",
            "postgres://replica/x?sslmode=require&%68ost=evil.example",
            "host=replica dbname=x\nhost=evil.example",
            "host=replica\thost=evil.example",
            "host=replica user=u\u{b}host=evil.example",
            "dbname= host=replica",
        ] {
            assert_eq!(read(text), Err(unknown::DATABASE_UNUSUAL), "{text}");
        }
    }
}
