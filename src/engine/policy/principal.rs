//! Who acts: patterns over principals, as the mesh authenticated them. Never the model's word.

use super::glob::{Glob, LONGEST_NAME, PatternError, Syntax};
use super::met::Met;
use super::names::compare;
use super::patterns::Pattern;
use std::fmt;

/// A pattern over principals: segments separated by `/`, `*` one segment or part of one, `**` any number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalPattern {
    text: String,
    glob: Glob,
}

/// A principal as it is compared; `None` if nobody can say who it is.
pub(crate) fn named(principal: Option<&str>) -> Option<Glob> {
    let principal = principal.filter(|principal| !principal.is_empty() && principal.len() <= LONGEST_NAME);
    principal.map(|text| Glob::literal(text, Syntax::SEGMENTS))
}

impl PrincipalPattern {
    /// How far it matches; maybe if there is no principal.
    pub(crate) fn matches(&self, principal: Option<&str>) -> Met {
        compare(&self.glob, named(principal).as_ref())
    }

    /// The pattern's parts.
    pub(crate) const fn glob(&self) -> &Glob {
        &self.glob
    }

    /// Whether every principal that `other` matches is matched by this one.
    pub fn contains(&self, other: &Self) -> bool {
        self.glob.contains(&other.glob)
    }

    /// Why no SPIFFE ID can match it, if none can (SPIFFE-ID, section 2: trust domains are lower case,
    /// paths have no empty, `.` or `..` segments and no trailing slash).
    pub fn matches_no_spiffe_id(&self) -> Option<&'static str> {
        // A pattern that begins with a wildcard may stand for the scheme too.
        self.glob.first_literal()?;
        let Some(rest) = self.text.strip_prefix("spiffe://") else {
            return Some("a SPIFFE ID begins with `spiffe://`");
        };
        let (domain, path) = rest.split_once('/').map_or((rest, None), |(domain, path)| (domain, Some(path)));
        let in_domain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-*".contains(c);
        if domain.is_empty() || !domain.chars().all(in_domain) {
            return Some("a trust domain is made of lower case letters, digits, `.`, `-` and `_`");
        }
        let in_path = |c: char| c.is_ascii_alphanumeric() || "._-*".contains(c);
        for segment in path.into_iter().flat_map(|path| path.split('/')) {
            if matches!(segment, "" | "." | "..") {
                return Some("the path of a SPIFFE ID has no empty, `.` or `..` segment");
            }
            if !segment.chars().all(in_path) {
                return Some("the path of a SPIFFE ID is made of letters, digits, `.`, `-` and `_`");
            }
        }
        None
    }
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Pattern for PrincipalPattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        Ok(Self { text: text.to_owned(), glob: Glob::parse(text, Syntax::SEGMENTS)? })
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn covers(&self, other: &Self) -> bool {
        self.contains(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn pattern(text: &str) -> PrincipalPattern {
        PrincipalPattern::parse(text).unwrap()
    }

    #[test]
    fn segments_are_matched_one_by_one() {
        let ci = pattern("spiffe://corp.example/ns/ci/sa/*");
        assert_eq!(ci.matches(Some("spiffe://corp.example/ns/ci/sa/build")), Met::Yes);
        assert_eq!(ci.matches(Some("spiffe://corp.example/ns/ci/sa/build/extra")), Met::No);
        assert_eq!(ci.matches(Some("spiffe://corp.example/ns/ci-evil/sa/build")), Met::No);
        assert_eq!(ci.matches(Some("spiffe://corp.example.evil.example/ns/ci/sa/build")), Met::No);
        assert_eq!(ci.matches(Some("spiffe://corp.example/ns/ci/sa/")), Met::No);
        assert_eq!(ci.matches(None), Met::Maybe);
        let all = pattern("spiffe://corp.example/**");
        assert_eq!(all.matches(Some("spiffe://corp.example/ns/ci/sa/build")), Met::Yes);
        assert_eq!(all.matches(Some("spiffe://other.example/ns/ci/sa/build")), Met::No);
    }

    #[test]
    fn another_case_is_only_a_maybe() {
        let ci = pattern("spiffe://corp.example/ns/ci/sa/*");
        assert_eq!(ci.matches(Some("spiffe://corp.example/NS/ci/sa/build")), Met::Maybe);
    }

    #[test]
    fn patterns_that_match_no_spiffe_id_are_known() {
        for good in ["spiffe://corp.example/ns/*/sa/**", "**", "spiffe://*/ns/ci", "spiffe://corp.example"] {
            assert_eq!(pattern(good).matches_no_spiffe_id(), None, "{good}");
        }
        for bad in [
            "corp.example/ns/ci",
            "spiffe://Corp.example/ns/ci",
            "spiffe://corp.example/ns//ci",
            "spiffe://corp.example/",
            "spiffe://corp.example/ns/../ci",
            "spiffe://corp.example/ns/ci sa",
            "spiffe:///ns/ci",
        ] {
            assert!(pattern(bad).matches_no_spiffe_id().is_some(), "{bad}");
        }
    }
}
