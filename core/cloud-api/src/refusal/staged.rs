//! Errors whose words a fault chooses.

use super::Refusal;
use super::catalogue::FailureCode;
use super::status::ErrorStatus;

/// An error of Meta's table with words or a status of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedRefusal {
    /// Which error it is.
    pub code: FailureCode,
    /// What to say instead of the table's message; written as it is, with no number before it.
    pub message: Option<String>,
    /// What to say instead of the table's details.
    pub details: Option<String>,
    /// The HTTP status instead of the table's.
    pub status: Option<ErrorStatus>,
}

impl From<StagedRefusal> for Refusal {
    fn from(staged: StagedRefusal) -> Self {
        let StagedRefusal { code, message: None, details: None, status: None } = staged else {
            return Self::Staged(Box::new(staged));
        };
        Self::listed(code)
    }
}
