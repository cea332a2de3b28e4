//! Which requests are meant, and how many of them there should be.

use cloud_api::Recipient;
use scenario::Elapsed;
use thiserror::Error;

use super::{Kept, masked, recipient, template};

/// Which requests are meant; what is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestMatch {
    /// The method, such as `POST`.
    pub method: Option<String>,
    /// The path; `*` stands for any text.
    pub path: Option<String>,
    /// The HTTP status of the answer; a request that got none matches no status.
    pub status: Option<u16>,
    /// Meta's error code in the answer.
    pub code: Option<u64>,
    /// The phone that was written to, as query, JSON or form say; a body above 4,096 bytes is not kept
    /// whole, and matches no phone and no template.
    pub to: Option<Recipient>,
    /// The template that was named.
    pub template: Option<String>,
    /// The instant before which requests do not count.
    pub since: Option<Elapsed>,
}

/// How many requests there should be: at least one, unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many or more.
    at_least: u64,
    /// So many or fewer.
    at_most: u64,
}

/// The bounds exclude everything.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("`at_least` is {at_least}, but must not be above `at_most`, which is {at_most}")]
pub struct CountError {
    at_least: u64,
    at_most: u64,
}

/// A request that is not meant, and what it would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// When it was answered.
    pub at: Elapsed,
    /// Its method and path.
    pub request: String,
    /// Where it differs from what is meant.
    pub differences: Vec<String>,
}

/// Whether there were as many requests as there should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether there surely were: an upper bound is not met once a request was forgotten that may have
    /// matched.
    pub is_met: bool,
    /// How many there were.
    pub found: u64,
    /// How many there should be.
    pub count: Count,
    /// Those that came nearest, where there were none.
    pub near: Vec<NearMiss>,
    /// How many requests were forgotten and so not looked at.
    pub dropped: u64,
}

impl RequestMatch {
    /// Where a request differs from what is meant.
    pub(super) fn differences(&self, kept: &Kept) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |name: &str, found: &str, wanted: &str| {
            told.push(format!("its {name} is {found}, not {wanted}"));
        };
        if let Some(method) = &self.method
            && !method.eq_ignore_ascii_case(kept.method)
        {
            tell("method", kept.method, method);
        }
        if let Some(path) = &self.path
            && !covers(path, kept.path())
        {
            tell("path", &masked::text(kept.path()), path);
        }
        if let Some(status) = self.status
            && kept.status != Some(status)
        {
            let found = kept.status.map_or_else(|| "none".to_owned(), |found| found.to_string());
            tell("status", &found, &status.to_string());
        }
        if let Some(since) = self.since
            && kept.at < since
        {
            tell("time", &kept.at.to_string(), &format!("{since} or later"));
        }
        if let Some(code) = self.code
            && kept.code() != Some(code)
        {
            let found = kept.code().map_or_else(|| "none".to_owned(), |found| found.to_string());
            tell("error code", &found, &code.to_string());
        }
        if self.to.is_some() || self.template.is_some() {
            let asked = kept.asked().unwrap_or_default();
            let none = if kept.is_body_cut() { "in a part of its body that was not kept" } else { "none" };
            let (found_to, found_template) = (recipient(&asked), template(&asked));
            if let Some(to) = self.to
                && found_to != Some(to)
            {
                let found = found_to.map_or_else(|| none.to_owned(), |found| found.to_string());
                tell("recipient", &found, &to.to_string());
            }
            if let Some(template) = &self.template
                && found_template != Some(template)
            {
                tell("template", found_template.unwrap_or(none), template);
            }
        }
        told
    }
}

/// Whether a pattern in which `*` stands for any text covers all of `text`.
fn covers(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let (parts, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(text) = text.strip_prefix(start).and_then(|text| text.strip_suffix(end)) else { return false };
    // Where each part comes first leaves the most for those after it.
    parts.split('*').try_fold(text, |left, part| Some(left.split_once(part)?.1)).is_some()
}

impl Default for Count {
    fn default() -> Self {
        Self { at_least: 1, at_most: u64::MAX }
    }
}

impl Count {
    /// Between these bounds, both included.
    ///
    /// # Errors
    ///
    /// When they exclude everything.
    pub const fn between(at_least: u64, at_most: u64) -> Result<Self, CountError> {
        if at_least > at_most {
            return Err(CountError { at_least, at_most });
        }
        Ok(Self { at_least, at_most })
    }

    /// So many, no more and no fewer.
    #[must_use]
    pub const fn exactly(count: u64) -> Self {
        Self { at_least: count, at_most: count }
    }

    /// Whether so many are as many as there should be, where others may have matched that were forgotten.
    pub(super) const fn is_met(self, found: u64, may_be_more: bool) -> bool {
        self.allows(found) && (!may_be_more || self.at_most == u64::MAX)
    }

    const fn allows(self, found: u64) -> bool {
        self.at_least <= found && found <= self.at_most
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.at_least, self.at_most) {
            (least, most) if least == most => write!(f, "exactly {least}"),
            (least, u64::MAX) => write!(f, "at least {least}"),
            (0, most) => write!(f, "at most {most}"),
            (least, most) => write!(f, "{least} to {most}"),
        }
    }
}

impl NearMiss {
    pub(super) fn new(kept: &Kept, differences: Vec<String>) -> Self {
        let request = format!("{} {}", kept.method, masked::text(kept.path()));
        Self { at: kept.at, request, differences }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { found, count, dropped, .. } = self;
        if count.allows(*found) && !self.is_met {
            let doubt = "older requests were forgotten, of which some may have matched";
            return write!(f, "{found} requests match, and there must be {count}, but {dropped} {doubt}");
        }
        write!(f, "{found} requests match, but there must be {count}")?;
        for miss in &self.near {
            write!(f, "; nearest: {} at {}: {}", miss.request, miss.at, miss.differences.join(", "))?;
        }
        if *dropped > 0 {
            write!(f, "; {dropped} older requests were forgotten")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use scenario::Elapsed;

    use super::super::{Kept, Requests};
    use super::{Count, RequestMatch, covers};
    use crate::recent::Recent;

    /// Tells whether so many requests of which the last three are remembered are as many as there should be.
    #[track_caller]
    fn check(came: usize, count: Count, expected: &str) {
        let requests = Requests { kept: Recent::new(1, 3) };
        for _ in 0..came {
            requests.kept.push(0, Kept::default());
        }
        let verdict = requests.verify(&RequestMatch::default(), count);
        let told = if verdict.is_met { "met".to_owned() } else { verdict.to_string() };
        assert_eq!(told, expected);
    }

    #[test]
    fn an_upper_bound_is_not_met_once_a_request_was_forgotten() {
        let at_most = |most| Count::between(0, most).unwrap();
        check(3, Count::exactly(3), "met");
        check(
            4,
            Count::exactly(3),
            "3 requests match, and there must be exactly 3, but 1 older requests were forgotten, of which some may have matched",
        );
        check(
            5,
            at_most(9),
            "3 requests match, and there must be at most 9, but 2 older requests were forgotten, of which some may have matched",
        );
        check(
            4,
            at_most(2),
            "3 requests match, but there must be at most 2; 1 older requests were forgotten",
        );
    }

    #[test]
    fn what_was_forgotten_from_before_the_time_that_is_meant_does_not_matter() {
        let requests = Requests { kept: Recent::new(1, 3) };
        for micros in 0..5 {
            requests.kept.push(0, Kept { at: Elapsed::from_micros(micros), ..Kept::default() });
        }
        let is_met = |since, count| {
            let wanted = RequestMatch { since: Some(Elapsed::from_micros(since)), ..RequestMatch::default() };
            requests.verify(&wanted, Count::exactly(count)).is_met
        };
        assert!(is_met(3, 2));
        assert!(!is_met(2, 3), "one from then may be forgotten too");
    }

    #[test]
    fn a_lower_bound_that_is_reached_is_met_whatever_was_forgotten() {
        let at_least = |least| Count::between(least, u64::MAX).unwrap();
        check(5, at_least(3), "met");
        check(
            5,
            at_least(4),
            "3 requests match, but there must be at least 4; 2 older requests were forgotten",
        );
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(covers("/v23.0/*/messages", "/v23.0/106540352242922/messages"));
        assert!(covers("*", ""));
        assert!(!covers("/v23.0/*/messages", "/v23.0/1/messages/2"));
        assert!(covers("*messages*", "/x/messages/2"));
        assert!(covers("*é*a*b", "éxaxbxb") && covers("a**b", "ab"));
        assert!(!covers("a*a", "a") && !covers("*ab*ab", "xab") && !covers("a*b*c", "acb"));
    }

    #[test]
    fn many_stars_take_no_longer_than_few() {
        assert!(!covers(&format!("{}b", "*a".repeat(40)), &"a".repeat(4_096)));
    }

    #[test]
    fn a_count_that_excludes_everything_is_refused() {
        let told = Count::between(3, 2).unwrap_err().to_string();
        assert_eq!(told, "`at_least` is 3, but must not be above `at_most`, which is 2");
        assert!(Count::default().allows(1) && !Count::default().allows(0));
    }
}
