//! Lists that are read page by page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize, Serializer};

use crate::refusal::Refusal;

/// A place in a list, counted from its start.
///
/// It is written as Meta writes cursors: base64 of the decimal number, with `ZD` for `=`.
// Source: cloud-api.md 1.7, samples `MAZDZD` for 0 and `MjQZD` for 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(usize);

/// One page of a list, as the body of an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// What the page holds.
    pub data: Vec<T>,
    /// How to go on; absent when the page is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
}

/// How to go on from a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Paging {
    /// The ends of the page.
    pub cursors: Cursors,
    /// The address of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The address of the page before, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// The first and the last place of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cursors {
    /// The place of its first element.
    pub before: String,
    /// The place of its last element.
    pub after: String,
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many elements at most.
    pub limit: usize,
    /// The page follows this place.
    pub after: Option<Cursor>,
    /// The page precedes this place; ignored when `after` is there.
    pub before: Option<Cursor>,
}

impl Cursor {
    /// The cursor of that place.
    #[must_use]
    pub const fn new(place: usize) -> Self {
        Self(place)
    }

    /// The place that a cursor names.
    ///
    /// # Errors
    ///
    /// 131059, when the text was never a cursor.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let plain = text.trim_end_matches("ZD");
        let padding = (text.len() - plain.len()) / 2;
        let encoded = format!("{plain}{:=<padding$}", "");
        let bytes = STANDARD.decode(encoded).map_err(|_| Refusal::InvalidCursor)?;
        let digits = str::from_utf8(&bytes).map_err(|_| Refusal::InvalidCursor)?;
        let place = digits.parse().map(Self).map_err(|_| Refusal::InvalidCursor)?;
        if digits.starts_with('+') { Err(Refusal::InvalidCursor) } else { Ok(place) }
    }

    /// The text of the cursor.
    #[must_use]
    pub fn text(self) -> String {
        STANDARD.encode(self.0.to_string()).replace('=', "ZD")
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: Self::LIMIT_DEFAULT, after: None, before: None }
    }
}

impl PageRequest {
    /// How many elements a page has when the request does not say.
    // Assumed: 25, which is Graph's habit.
    pub const LIMIT_DEFAULT: usize = 25;
    /// How many elements a page can have.
    // Assumed: libraries ask for 1000 and more.
    pub const LIMIT_MAX: usize = 5000;

    /// Takes one pair of the query, if it is about paging.
    ///
    /// # Errors
    ///
    /// When a cursor or the limit cannot be read.
    // Assumed: a limit of 0 asks for an empty page, as is useful beside a `summary`.
    pub fn take(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "limit" => {
                let limit: usize = value.parse().map_err(|_| Refusal::InvalidParameter {
                    details: "Param limit must be a non-negative integer.".into(),
                })?;
                self.limit = limit.min(Self::LIMIT_MAX);
            }
            "after" if !value.is_empty() => self.after = Some(Cursor::parse(value)?),
            "before" if !value.is_empty() => self.before = Some(Cursor::parse(value)?),
            _ => {}
        }
        Ok(())
    }

    /// Cuts the page out of a whole list.
    ///
    /// `address` makes the address of another page from the name and text of a cursor.
    #[must_use]
    pub fn cut<T: Clone>(&self, list: &[T], address: impl Fn(&str, &str) -> String) -> Page<T> {
        let (start, end) = self.range(list.len());
        let data = list[start..end].to_vec();
        if data.is_empty() {
            return Page { data, paging: None };
        }
        let (before, after) = (Cursor(start).text(), Cursor(end - 1).text());
        let next = (end < list.len()).then(|| address("after", &after));
        let previous = (start > 0).then(|| address("before", &before));
        Page { data, paging: Some(Paging { cursors: Cursors { before, after }, next, previous }) }
    }

    /// Cuts the page out of a whole list whose elements have places of their own, the last one first.
    ///
    /// Such a page stays the same while elements are added.
    // Source: the OpenAPI file, whose sample `MTAxNTExOTQ1MjAwNzI5NDE=` is a number like those of ids.
    #[must_use]
    pub fn cut_newest<T: Clone>(
        &self,
        list: &[T],
        place: impl Fn(&T) -> usize,
        address: impl Fn(&str, &str) -> String,
    ) -> Page<T> {
        let (start, end) = match (self.after, self.before) {
            (None, Some(Cursor(before))) => {
                let end = list.partition_point(|element| place(element) > before);
                (end.saturating_sub(self.limit), end)
            }
            (after, _) => {
                let is_before = |element: &T| after.is_some_and(|Cursor(after)| place(element) >= after);
                let start = list.partition_point(is_before);
                (start, start.saturating_add(self.limit).min(list.len()))
            }
        };
        let data = list[start..end].to_vec();
        let (Some(first), Some(last)) = (data.first(), data.last()) else {
            return Page { data, paging: None };
        };
        let (before, after) = (Cursor(place(first)).text(), Cursor(place(last)).text());
        let next = (end < list.len()).then(|| address("after", &after));
        let previous = (start > 0).then(|| address("before", &before));
        Page { data, paging: Some(Paging { cursors: Cursors { before, after }, next, previous }) }
    }

    fn range(&self, length: usize) -> (usize, usize) {
        match (self.after, self.before) {
            (None, Some(Cursor(before))) => {
                let end = before.min(length);
                (end.saturating_sub(self.limit), end)
            }
            (after, _) => {
                let start = after.map_or(0, |Cursor(place)| place.saturating_add(1)).min(length);
                (start, start.saturating_add(self.limit).min(length))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{Cursor, PageRequest};

    #[track_caller]
    fn check(query: &str, expected: Expect) {
        let mut request = PageRequest::default();
        let told = crate::query::pairs(query)
            .try_for_each(|(name, value)| request.take(&name, &value))
            .map(|()| request.cut(&[1, 2, 3, 4, 5], |end, cursor| format!("?{end}={cursor}")))
            .map(|page| serde_json::to_string(&page).unwrap());
        expected.assert_eq(&told.unwrap_or_else(|refusal| refusal.message().into_owned()));
    }

    #[test]
    fn pages_lead_from_one_to_the_next() {
        check(
            "",
            expect![[r#"{"data":[1,2,3,4,5],"paging":{"cursors":{"before":"MAZDZD","after":"NAZDZD"}}}"#]],
        );
        check(
            "limit=2",
            expect![[
                r#"{"data":[1,2],"paging":{"cursors":{"before":"MAZDZD","after":"MQZDZD"},"next":"?after=MQZDZD"}}"#
            ]],
        );
        check(
            "limit=2&after=MQZDZD",
            expect![[
                r#"{"data":[3,4],"paging":{"cursors":{"before":"MgZDZD","after":"MwZDZD"},"next":"?after=MwZDZD","previous":"?before=MgZDZD"}}"#
            ]],
        );
        check(
            "limit=2&after=MwZDZD",
            expect![[
                r#"{"data":[5],"paging":{"cursors":{"before":"NAZDZD","after":"NAZDZD"},"previous":"?before=NAZDZD"}}"#
            ]],
        );
        check(
            "limit=2&before=MgZDZD",
            expect![[
                r#"{"data":[1,2],"paging":{"cursors":{"before":"MAZDZD","after":"MQZDZD"},"next":"?after=MQZDZD"}}"#
            ]],
        );
        check("after=OTkZD", expect![[r#"{"data":[]}"#]]);
    }

    #[test]
    fn a_cursor_that_was_never_made_is_refused() {
        check("after=garbage!", expect!["(#131059) Invalid cursor"]);
        check("limit=-1", expect!["(#100) Invalid parameter"]);
        check("limit=", expect!["(#100) Invalid parameter"]);
    }

    #[test]
    fn a_page_of_nothing_is_empty_wherever_it_begins() {
        for query in ["limit=0", "limit=0&after=MQZDZD", "limit=0&before=MgZDZD"] {
            check(query, expect![[r#"{"data":[]}"#]]);
        }
    }

    #[test]
    fn cursors_are_spelled_like_those_of_meta() {
        assert_eq!(Cursor::new(0).text(), "MAZDZD");
        assert_eq!(Cursor::new(24).text(), "MjQZD");
    }

    proptest! {
        #[test]
        fn a_page_of_the_newest_leads_on_to_the_oldest_whatever_is_added(
            length in 0_usize..40, added in 0_usize..5, limit in 1_usize..20,
        ) {
            let list: Vec<_> = (0..length).rev().collect();
            let longer: Vec<_> = (0..length + added).rev().collect();
            let request = PageRequest { limit, ..PageRequest::default() };
            let cut = |request: PageRequest, list: &[usize]| {
                request.cut_newest(list, |place| *place, |_, cursor| cursor.to_owned())
            };
            let first = cut(request, &list);
            prop_assert_eq!(&first.data, &list[..limit.min(length)]);
            if let Some(next) = first.paging.and_then(|paging| paging.next) {
                let after = Some(Cursor::parse(&next).unwrap());
                let second = cut(PageRequest { after, ..request }, &longer);
                prop_assert_eq!(&second.data, &list[limit..length.min(2 * limit)]);
                let before = Some(Cursor::parse(&second.paging.unwrap().previous.unwrap()).unwrap());
                prop_assert_eq!(cut(PageRequest { before, ..request }, &longer).data, first.data);
            }
        }

        #[test]
        fn a_cursor_reads_back_as_itself(place: usize) {
            prop_assert_eq!(Cursor::parse(&Cursor::new(place).text()), Ok(Cursor::new(place)));
        }

        #[test]
        fn walking_forward_sees_everything_once(length in 0_usize..60, limit in 1_usize..20) {
            let list: Vec<_> = (0..length).collect();
            let mut seen = Vec::new();
            let mut request = PageRequest { limit, ..PageRequest::default() };
            for _ in 0..=length {
                let page = request.cut(&list, |_, cursor| cursor.to_owned());
                seen.extend(page.data);
                let Some(next) = page.paging.and_then(|paging| paging.next) else { break };
                request.after = Some(Cursor::parse(&next).unwrap());
            }
            prop_assert_eq!(seen, list);
        }
    }
}
