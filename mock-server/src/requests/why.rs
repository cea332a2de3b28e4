//! Why a request was refused: which check, after which others, and what would have to change.

use scenario::Elapsed;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The check that refused it.
    pub check: Check,
    /// What it found, with its figures.
    pub because: String,
    /// When such a request would pass, where time heals it.
    pub passes_at: Option<Elapsed>,
}

/// The checks of the Graph API, in the order in which a request meets them.
// Assumed: the order of cloud-api.md §1.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The path and its version.
    Path,
    /// The access token.
    Token,
    /// What the token may do.
    Permission,
    /// The object that the path names.
    Object,
    /// The shape of the request.
    Shape,
    /// The state of the account and the number, and whom they may write to.
    Account,
    /// Faults that somebody set, in the place of Meta's own troubles.
    Faults,
    /// How much the number sends.
    Throughput,
    /// How much the number sends to this recipient.
    PairRate,
    /// The template and its state.
    Template,
    /// Whether the parameters fit the template.
    Parameters,
}

impl Check {
    /// All checks, in their order.
    pub const ALL: [Self; 11] = [
        Self::Path,
        Self::Token,
        Self::Permission,
        Self::Object,
        Self::Shape,
        Self::Account,
        Self::Faults,
        Self::Throughput,
        Self::PairRate,
        Self::Template,
        Self::Parameters,
    ];

    /// The check in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Token => "token",
            Self::Permission => "permission",
            Self::Object => "object",
            Self::Shape => "shape",
            Self::Account => "account",
            Self::Faults => "faults",
            Self::Throughput => "throughput",
            Self::PairRate => "pair_rate",
            Self::Template => "template",
            Self::Parameters => "parameters",
        }
    }

    /// The check that answers with this code, where no fault does.
    pub(crate) const fn behind(code: u32, subcode: Option<u64>) -> Self {
        match code {
            2_500 | 2_635 => Self::Path,
            0 | 102 | 104 | 190 => Self::Token,
            3 | 10 | 200..=299 => Self::Permission,
            100 if matches!(subcode, Some(33)) => Self::Object,
            130_429 | 80_007 => Self::Throughput,
            131_056 => Self::PairRate,
            132_001 | 132_007 | 132_015 | 132_016 => Self::Template,
            131_008 | 131_009 | 132_000 | 132_005 | 132_012 | 132_018 => Self::Parameters,
            131_030 | 131_031 | 131_042 | 131_045 | 131_047 | 131_048 | 133_010 | 368 => Self::Account,
            1 | 2 | 131_000 | 131_016 => Self::Faults,
            _ => Self::Shape,
        }
    }

    /// The checks before this one, all of which the request had passed.
    pub fn passed(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |check| *check < self)
    }
}
