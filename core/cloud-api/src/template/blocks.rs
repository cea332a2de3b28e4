//! Another vendor's form of an authentication template: two blocks, translated to Meta's components.

mod read;

use std::fmt;

use serde_json::Value;
use thiserror::Error;

use self::read::Reader;
use super::{AuthenticationContent, TemplateTtl};

/// What two blocks say, in Meta's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// What the template shows.
    pub content: AuthenticationContent,
    /// How long an undelivered code is kept, if the blocks say so.
    pub ttl: Option<TemplateTtl>,
    /// What Meta does not take as it was written, and what was made of it.
    pub warnings: Vec<BlockWarning>,
}

/// What blocks say and Meta does not take as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockWarning {
    /// Where, such as `blocks[0].authenticationBody.messageSendTtlSeconds`.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What Meta takes, and what was made of it: a clause that follows "but".
    pub told: String,
}

/// What becomes of a time to live that the vendor takes and Meta does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TtlOutOfRange {
    /// The nearest one that Meta takes is used, with a warning.
    #[default]
    Clamp,
    /// The template is refused.
    Refuse,
}

/// Every mistake that keeps blocks from making a template, in the order of their places; at least one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", told(.0))]
pub struct BlockErrors(Vec<BlockError>);

/// One mistake in blocks.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{path}` is {found}, but must be {rule}")]
pub struct BlockError {
    /// Where, such as `blocks[0].authenticationBody.expirationTime`.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What would have been accepted.
    pub rule: &'static str,
}

impl fmt::Display for BlockWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, but {}", self.path, self.found, self.told)
    }
}

impl BlockErrors {
    /// The mistakes.
    pub fn iter(&self) -> impl Iterator<Item = &BlockError> + '_ {
        self.0.iter()
    }
}

fn told(mistakes: &[BlockError]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Blocks {
    /// Reads the array of blocks.
    ///
    /// # Errors
    ///
    /// When there are not exactly the two blocks, or properties are missing, unknown or out of their
    /// ranges: all that is wrong, at most once for each place.
    pub fn parse(blocks: &Value, out_of_range: TtlOutOfRange) -> Result<Self, BlockErrors> {
        let mut reader = Reader::new(out_of_range);
        let read = reader.read(blocks);
        match read {
            Some((content, ttl)) if reader.mistakes.is_empty() => {
                Ok(Self { content, ttl, warnings: reader.warnings })
            }
            _ => Err(BlockErrors(reader.mistakes)),
        }
    }
}
