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
        Unknown {
            code: Cow::Borrowed(self.code),
            what: self.what.to_owned(),
            at: pointer.to_owned(),
            span: None,
        }
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
    ARGUMENT_BESIDE "argument_beside" "an argument beside a command, which may change what it does"
    ARGUMENT_TWICE "argument_twice" "an argument in two spellings that differ in case only"
    ARGUMENT_OPTION "argument_option" "an option where a name is expected"
    ARGUMENT_OPTIONS "argument_options" "further options that were not read"
    TEXT_UNEXPECTED "text_unexpected" "free text for a tool that takes JSON"

    SHELL_NOT_READ "shell_not_read" "a shell command that was not read"
    OPTION_UNKNOWN "option_unknown" "an option that the program is not known to have"
    OPTION_DYNAMIC "option_dynamic" "an argument that may turn out to be an option"
    OPTION_VALUE "option_value" "an option without the value it takes"
    OPTION_ODD "option_odd" "an option whose meaning is not followed"
    SUBCOMMAND "subcommand_unknown" "a sub-command that the program is not known to have"
    OPERAND "operand_unknown" "an operand that the program is not known to take"
    PROGRAM_DYNAMIC "program_dynamic" "a program that is decided when the command runs"
    SHELL_DYNAMIC "shell_dynamic" "shell text that is decided when the command runs"
    SHELL_NESTED "shell_nested" "commands within commands, too deep to follow"
    SHELL_RECURSION "shell_recursion" "a function that calls itself"
    SHELL_MANY "shell_many" "more commands than are followed in one call"
    SHELL_LATER "shell_later" "a setting that changes what later commands of the session do"
    SHELL_LEFT "shell_left" "a session that goes on outside the working directory"
    CODE_DYNAMIC "code_dynamic" "code that is decided when the command runs"
    ENVIRONMENT_POWER "environment_power" "an environment variable that changes what programs run"
    SHELL_LONG "shell_not_read" "a shell command longer than 64 KiB"
    SHELL_DEEP "shell_not_read" "a shell command nested deeper than is followed"
    SHELL_LARGE "shell_not_read" "a shell command with more words than are followed"
    SHELL_CONTROL "shell_not_read" "a shell command with a control character in it"
    SHELL_SPACE "shell_not_read" "a shell command with an unusual space outside quotes"
    SHELL_SYNTAX "shell_not_read" "a shell command that is not well formed"
    SHELL_UNCLOSED "shell_not_read" "a shell command with something in it that is not closed"
    SHELL_QUOTE "shell_not_read" "a shell command with a quotation that does not end"
    SHELL_ESCAPE "shell_not_read" "a shell command with an escape in it that has no certain meaning"
    SHELL_HERE_DOCUMENT "shell_not_read" "a shell command with a here-document that has no certain end"
    SHELL_PARAMETER "shell_not_read" "a shell command with an expansion of a variable that was not read"
    SHELL_ARITHMETIC "shell_not_read" "a shell command with an arithmetic expression that was not read"
    SHELL_DIALECT "shell_not_read" "a shell command that shells read differently"
    SHELL_DISAGREEMENT "shell_not_read" "a shell command in which two readings find different substitutions"
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
    PATH_CLIMBS "path_climbs" "a path that climbs out of the directory the tool works in, wherever that is"
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
