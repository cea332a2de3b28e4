//! Addresses of the pages before and after one.

use std::borrow::Cow;

use cloud_api::paging::PageRequest;
use cloud_api::query;

use super::{Call, token_of_header};

/// The address of another page of the list: the same request with another cursor.
///
/// It holds the token, so that whoever follows it needs to show none.
// Source: cloud-api.md 1.7. Assumed: the token is in it wherever the request showed it.
pub(super) fn address(call: &Call<'_>, name: &str, cursor: &str) -> String {
    let asked = call.request.query();
    let header = || call.request.header("authorization").and_then(token_of_header).map(Cow::Borrowed);
    let mut wanted = String::new();
    if let Some(token) = query::find(asked, "access_token").or_else(header) {
        query::push(&mut wanted, "access_token", &token);
    }
    let is_kept = |key: &str| !matches!(key, "access_token" | "limit" | "after" | "before");
    for (key, value) in query::pairs(asked).filter(|(key, _)| is_kept(key)) {
        query::push(&mut wanted, &key, &value);
    }
    let limit = query::find(asked, "limit");
    let limit = limit.unwrap_or_else(|| PageRequest::LIMIT_DEFAULT.to_string().into());
    query::push(&mut wanted, "limit", &limit);
    query::push(&mut wanted, name, cursor);
    format!("{}{}?{wanted}", call.request.origin(), call.request.path())
}
