//! What analysis cannot follow, and the words for it. One constant each, so that a code means one thing.
//!
//! The words never contain a value of an argument: they are shown where the arguments are not.

use super::Unknown;
use std::borrow::Cow;

/// A reason why something could not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// A short, stable name.
    pub code: &'static str,
    /// What it is, in plain words.
    pub what: &'static str,
}

impl Why {
    /// The unknown for this reason, standing at a JSON Pointer into the arguments.
    pub fn at(self, pointer: &str) -> Unknown {
        Unknown { code: Cow::Borrowed(self.code), what: self.what.to_owned(), at: pointer.to_owned() }
    }
}

macro_rules! reasons {
    ($($id:ident $code:literal $what:literal)+) => {
        $(#[doc = $what] pub const $id: Why = Why { code: $code, what: $what };)+

        /// Every reason, for the reference page.
        pub const REASONS: &[Why] = &[$($id),+];
    };
}

reasons! {
    ARGUMENTS_MALFORMED "arguments_malformed" "arguments that are not strict JSON"
    ARGUMENTS_SHAPE "arguments_shape" "arguments that are not a JSON object"
    ARGUMENT_MISSING "argument_missing" "an argument that the tool needs is not there"
    ARGUMENT_TYPE "argument_type" "an argument of another type than the tool takes"
    ARGUMENT_VALUE "argument_value" "an argument with a value the tool is not known to take"
    ARGUMENT_UNEXPECTED "argument_unexpected" "an argument that belongs to another tool of the same name"
    ARGUMENT_TWICE "argument_twice" "an argument in two spellings that differ in case only"
    ARGUMENT_OPTION "argument_option" "an option where a name is expected"
    ARGUMENT_OPTIONS "argument_options" "further options that were not read"
    TEXT_UNEXPECTED "text_unexpected" "free text for a tool that takes JSON"

    SHELL_NOT_READ "shell_not_read" "a shell command that was not read"
    KEYSTROKES "keystrokes" "keystrokes into a program that is already running"
    ENVIRONMENT_NOT_READ "environment_not_read" "environment variables that were not read"
    SQL_NOT_READ "sql_not_read" "SQL that was not read"
    SQL_LONG "sql_long" "SQL longer than 64 KiB"
    SQL_NESTED "sql_nested" "SQL that nests too deep to follow"
    SQL_UNUSUAL "sql_unusual" "SQL with characters in it that servers read differently"
    SQL_ROUTINE "sql_routine" "a function or procedure of SQL that nobody described"
    SQL_DYNAMIC "sql_dynamic" "SQL or code that is put together when it runs"
    PATCH_NOT_READ "patch_not_read" "a patch that was not read"
    PROGRAM_UNUSUAL "program_unusual" "a program of the model's choice runs the command"

    PATH_EMPTY "path_unusual" "an empty path"
    PATH_LONG "path_unusual" "a path longer than 4096 bytes"
    PATH_CONTROL "path_unusual" "a path with a control or invisible character in it"
    PATH_BACKSLASH "path_unusual" "a path with a backslash in it"
    PATH_LOOKALIKE "path_unusual" "a path with a character in it that looks like a dot or a slash"
    PATH_PERCENT "path_unusual" "a path with a percent-encoded dot or slash in it"
    PATH_SPACE "path_unusual" "a path with a part that begins or ends in a space"
    PATH_DOTS "path_unusual" "a path with a part that ends in a dot"
    PATH_COLON "path_unusual" "a path with a drive, a stream or a scheme in it"
    PATH_SHORT_NAME "path_unusual" "a path with an abbreviated Windows name in it"
    PATH_ELSEWHERE "path_elsewhere" "a path through `/proc` or `/dev/fd` that leads where the text does not say"
    PATTERN_UNUSUAL "pattern_unusual" "a file pattern that cannot be compared"
    WORKING_DIRECTORY "working_directory" "a relative path while the working directory is not known"

    URL_UNUSUAL "url_unusual" "a URL that programs may read differently"
    URL_SCHEME "url_scheme" "a URL with a scheme other than http, https, ws or wss"
    DATABASE_UNUSUAL "database_unusual" "a database connection that was not read"
    NAME_UNUSUAL "name_unusual" "a name with characters that such names do not have"

    CALL_NESTED "call_nested" "a call within a call within a call, too deep to follow"
    CALL_UNDESCRIBED "call_undescribed" "a tool that nobody described, called within another tool"
    TOO_MANY "too_many" "more effects than are followed in one call"
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn words_are_unique_and_plain() {
        for (i, why) in REASONS.iter().enumerate() {
            assert!(REASONS[..i].iter().all(|other| other.what != why.what), "{} twice", why.what);
            assert!(!why.what.ends_with('.'), "{}", why.what);
        }
    }
}
