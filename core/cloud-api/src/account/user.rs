//! The people and system users to whom an account is assigned.

use std::borrow::Cow;

use serde_json::json;

use super::selection::{Field as _, fields};
use super::{Node, PortfolioRecord, Selection};
use crate::access::TokenKind;
use crate::id::{BusinessId, UserId};
use crate::list;
use crate::paging::PageRequest;
use crate::refusal::Refusal;

/// Somebody to whom an account is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedUser {
    /// Who it is.
    pub id: UserId,
    /// Whether it is a person.
    pub kind: TokenKind,
    /// What they may do with the account, in Meta's words.
    pub tasks: Vec<&'static str>,
}

fields! {
    /// A field of somebody to whom an account is assigned.
    // Source: the OpenAPI file; Meta's page on the edge for the tasks, which it tells unasked.
    AssignedUserField on "AssignedUser" by default [Id, Name, Tasks] {
        Id = "id",
        Name = "name",
        Tasks = "tasks",
        Business = "business",
        Kind = "user_type",
    }
}

/// A request for those to whom an account is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedUserQuery {
    /// The portfolio whose people are asked for.
    pub business: BusinessId,
    /// Which part of the list.
    pub page: PageRequest,
    /// Whether the answer is to count all of them.
    pub is_counted: bool,
    selection: Selection<AssignedUserField>,
}

/// How many elements a page has at most.
// Source: the OpenAPI file. Assumed: who asks for more gets as many.
const LIMIT_MAX: usize = 100;

impl AssignedUserQuery {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When the portfolio is not named, a field does not exist, or a cursor or the limit cannot be read.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let (mut business, mut page, mut is_counted) = (None, PageRequest::default(), false);
        let mut selection = Selection::default();
        for (key, value) in pairs {
            match key.as_ref() {
                "business" if !value.is_empty() => {
                    let details = "Param business must be the ID of a business.".into();
                    business = Some(value.parse().map_err(|_| Refusal::InvalidParameter { details })?);
                }
                "fields" => selection = Selection::parse(Some(&value))?,
                "summary" => is_counted = list::words(&value).iter().any(|asked| asked == "total_count"),
                key => page.take(key, &value)?,
            }
        }
        page.limit = page.limit.min(LIMIT_MAX);
        let business = business.ok_or(Refusal::MissingParameter { name: "business".into() })?;
        Ok(Self { business, page, is_counted, selection })
    }

    /// What is asked for of one of them.
    // Assumed: the names, of which this Meta knows none; what the schema wants is told unasked too.
    #[must_use]
    pub fn node(&self, user: &AssignedUser, owner: &PortfolioRecord) -> Node {
        use AssignedUserField as F;
        let mut node = Node::new();
        let is_person = user.kind == TokenKind::User;
        for field in self.selection.fields().chain([F::Id, F::Name]) {
            let name = field.name();
            match field {
                F::Id => node.push(name, Some(user.id)),
                F::Name => {
                    let title = if is_person { "Business User" } else { "System User" };
                    node.push(name, Some(format!("{title} {}", user.id)));
                }
                F::Tasks => node.push(name, Some(&user.tasks)),
                F::Business => node.push(name, Some(json!({ "id": owner.id, "name": owner.name }))),
                F::Kind => node.push(name, Some(if is_person { "BUSINESS_USER" } else { "SYSTEM_USER" })),
            }
        }
        node
    }
}
