//! Why a request was accepted or refused: which checks were made in which order, and what they found.
//!
//! The checks are noted while they are made, in a few words of memory; they become text when somebody
//! asks.

use std::sync::{Arc, OnceLock};

use cloud_api::Refusal;
use cloud_api::parameters::BodyFlaw;
use cloud_sim::{Finding, Outcome, SendCheck, SetFault, Trail};
use scenario::Elapsed;

/// Why a request was accepted or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// What became of it.
    pub decision: Decision,
    /// The check that refused it, or the last one that was made.
    pub check: Check,
    /// What that check found, with its figures; of an accepted message that is known to fail, what will
    /// have it fail.
    pub because: String,
    /// When such a request would pass, where time heals it.
    pub passes_at: Option<Elapsed>,
    /// Every check that was made, in the order in which they were.
    pub checks: Vec<Checked>,
    /// The fault that spoiled the answer, whatever it was.
    pub spoiled_by: Option<String>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It took effect.
    Accepted,
    /// It was answered with an error.
    Refused,
    /// A fault closed the connection before anything was looked at.
    Dropped,
}

impl Decision {
    /// The decision in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}

/// A check that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Which one.
    pub check: Check,
    /// What it came to.
    pub outcome: Outcome,
    /// What it found, where it tells.
    pub found: String,
}

/// The checks of the Graph API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// The path and its version.
    #[default]
    Path,
    /// Whether the body came whole and could be read.
    Body,
    /// The access token.
    Token,
    /// How often the app calls; messages are not counted.
    Calls,
    /// Faults that somebody set for requests that are no messages.
    Faults,
    /// The object that the path names.
    Object,
    /// What the token may do with it.
    Permission,
    /// The shape of a message.
    Shape,
    /// What the operation itself looks at.
    Operation,
    /// What is looked at before a message is accepted.
    Send(SendCheck),
}

/// How many checks there are before those of operations and messages.
const COMMON_CHECKS: usize = 5;

/// What is noted of a request while it is answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted {
    /// The checks that all requests meet.
    pub(crate) checks: Checks,
    /// The place of the operation that it is counted as.
    pub(crate) operation: usize,
    /// Whether the fault that spoils the answer dropped the request before anything was looked at.
    pub(crate) is_dropped: bool,
    /// Whether the body was read as JSON.
    pub(crate) is_json: bool,
    /// The fault that spoils the answer.
    pub(crate) spoiled_by: Option<Arc<SetFault>>,
    /// How far a message came.
    pub(crate) message: OnceLock<Message>,
}

/// Which of the checks that all requests meet were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checks {
    /// The check that was begun last.
    current: Check,
    is_refused: bool,
    /// The checks before operations and messages, as far as they were begun.
    made: [Option<Check>; COMMON_CHECKS],
    /// The fault that refused it, where it is no message.
    pub(crate) fault: Option<Arc<SetFault>>,
}

/// How far a message came.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// Its shape is not right.
    Shapeless,
    /// It was decided on.
    Decided(Trail),
}

impl Check {
    /// The check in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Body => "body",
            Self::Token => "token",
            Self::Calls => "calls",
            Self::Faults => "faults",
            Self::Object => "object",
            Self::Permission => "permission",
            Self::Shape => "shape",
            Self::Operation => "operation",
            Self::Send(check) => check.word(),
        }
    }

    /// Which of the checks that operations make themselves has refused.
    pub(crate) fn of_operation(refusal: &Refusal) -> Self {
        match (refusal, refusal.code()) {
            (Refusal::UnknownObject { .. }, _) => Self::Object,
            (_, 3 | 10 | 200..=299) => Self::Permission,
            _ => Self::Operation,
        }
    }
}

impl Checks {
    /// Notes that a check is begun, and so that those before it were passed.
    pub(crate) fn begin(&mut self, check: Check) {
        self.current = check;
        if check != Check::Operation
            && !self.made.contains(&Some(check))
            && let Some(free) = self.made.iter_mut().find(|made| made.is_none())
        {
            *free = Some(check);
        }
    }

    /// Notes that the check that was begun last has refused.
    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        self.is_refused = true;
        if self.current == Check::Operation {
            self.current = Check::of_operation(refusal);
        }
    }
}

impl Noted {
    /// Why it was accepted or refused; `words` are those of the refusal, and `flaw` is why nothing was
    /// read of the body.
    pub(crate) fn why(&self, words: &str, flaw: Option<BodyFlaw>) -> Why {
        if self.is_dropped {
            return self.dropped();
        }
        let (mut checks, passes_at) = self.made();
        if self.checks.is_refused {
            self.end_with_refusal(&mut checks, words);
        }
        if let Some(flaw) = flaw {
            blame_body(&mut checks, &flaw);
        }
        let is_it = |checked: &&Checked| checked.outcome != Outcome::Passed;
        let is_unread = |checked: &&Checked| checked.check == Check::Body && is_it(checked);
        let decisive =
            checks.iter().find(is_unread).or_else(|| checks.iter().rev().find(is_it)).or(checks.last());
        let (check, because) = decisive.map_or_else(
            || (self.checks.current, String::new()),
            |checked| (checked.check, checked.found.clone()),
        );
        let because = match &because {
            _ if !self.checks.is_refused && decisive.is_none_or(|last| last.outcome == Outcome::Passed) => {
                "every check was passed".to_owned()
            }
            _ => because,
        };
        let decision = if self.checks.is_refused { Decision::Refused } else { Decision::Accepted };
        Why { decision, check, because, passes_at, checks, spoiled_by: self.spoiling() }
    }

    /// Why a request came to nothing that a fault dropped first of all.
    fn dropped(&self) -> Why {
        let spoiled_by = self.spoiling();
        Why {
            decision: Decision::Dropped,
            check: Check::Faults,
            because: format!(
                "dropped before it took effect, by {}",
                spoiled_by.as_deref().unwrap_or("a fault")
            ),
            passes_at: None,
            checks: Vec::new(),
            spoiled_by,
        }
    }

    fn spoiling(&self) -> Option<String> {
        self.spoiled_by.as_deref().map(SetFault::told)
    }

    /// The checks that were made, as if nothing was refused before a message, and when it would pass.
    fn made(&self) -> (Vec<Checked>, Option<Elapsed>) {
        let mut checks: Vec<Checked> = self.common().into_iter().map(Checked::passed).collect();
        let mut passes_at = None;
        match self.message.get() {
            Some(Message::Decided(trail)) => {
                for finding in trail.findings() {
                    passes_at = passes_at.or(finding.passes_at);
                    checks.push(Checked::from(finding));
                }
            }
            Some(Message::Shapeless) => checks.push(Checked::passed(Check::Shape)),
            None if self.checks.current == Check::Operation && !self.checks.is_refused => {
                checks.push(Checked::passed(Check::Operation));
            }
            None => {}
        }
        (checks, passes_at)
    }

    /// The checks that were passed before what operations and messages look at themselves.
    fn common(&self) -> Vec<Check> {
        let made = self.checks.made.iter().flatten().copied();
        let mut passed: Vec<Check> =
            made.filter(|check| !self.checks.is_refused || *check != self.checks.current).collect();
        let message = self.message.get();
        if message.is_some()
            || self.checks.current == Check::Permission
            || self.checks.current == Check::Operation
        {
            passed.push(Check::Object);
        }
        if message.is_some() || self.checks.current == Check::Operation {
            passed.push(Check::Permission);
        }
        if matches!(message, Some(Message::Decided(_))) {
            passed.push(Check::Shape);
        }
        passed
    }

    fn end_with_refusal(&self, checks: &mut Vec<Checked>, words: &str) {
        if self.message.get().is_none() {
            checks.push(Checked::passed(self.checks.current));
        }
        let Some(last) = checks.last_mut() else { return };
        last.outcome = Outcome::Refused;
        if let Some(fault) = self.checks.fault.as_deref() {
            last.found = fault.told();
        } else if last.found.is_empty() {
            words.clone_into(&mut last.found);
        } else if last.check == Check::Send(SendCheck::Template) {
            last.found = format!("{}: {words}", last.found);
        }
    }
}

/// Tells why nothing was read of the body, and that this is why its parameters were missed, where they were.
fn blame_body(checks: &mut [Checked], flaw: &BodyFlaw) {
    let is_missed = checks.last().is_some_and(|last| {
        last.outcome == Outcome::Refused && matches!(last.check, Check::Shape | Check::Operation)
    });
    let Some(body) = checks.iter_mut().find(|checked| checked.check == Check::Body) else { return };
    body.found = flaw.to_string();
    if is_missed {
        body.outcome = Outcome::Refused;
    }
}

impl Checked {
    const fn passed(check: Check) -> Self {
        Self { check, outcome: Outcome::Passed, found: String::new() }
    }
}

impl From<Finding> for Checked {
    fn from(finding: Finding) -> Self {
        let Finding { check, outcome, found, passes_at: _ } = finding;
        Self { check: Check::Send(check), outcome, found }
    }
}
