//! One HTTP call with blanks to be filled in.

use crate::read::{Kind, Table};

/// One HTTP call, with `{{recipient}}`, `{{arrival}}` and, to verify, `{{code}}` to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path, beginning with `/`.
    pub path: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body, JSON after filling in; empty for none.
    pub body: String,
}

/// A method that can ask for something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `GET`.
    Get,
}

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Ask,
    Verify,
}

/// What comes before the next blank, its name, and what comes after it.
fn next_blank(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name, after))
}

fn blanks_of(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, name, after)) = next_blank(rest) {
        names.push(name);
        rest = after;
    }
    names
}

impl Call {
    /// How the example target is asked for a code.
    pub(super) fn of_example_ask() -> Self {
        Self::posting("/otp", r#"{"recipient":"{{recipient}}"}"#)
    }

    /// How a code is typed in at the example target.
    pub(super) fn of_example_verify() -> Self {
        Self::posting("/otp/verify", r#"{"recipient":"{{recipient}}","code":"{{code}}"}"#)
    }

    fn posting(path: &str, body: &str) -> Self {
        Self { method: Method::Post, path: path.to_owned(), headers: Vec::new(), body: body.to_owned() }
    }

    pub(super) fn read(table: &Table<'_>, purpose: Purpose) -> Option<Self> {
        let methods = [("POST", Method::Post), ("PUT", Method::Put), ("GET", Method::Get)];
        let method = table.or("method", Method::Post, &Kind::choice(methods));
        let path = table.required("path", &Kind::text("a path such as \"/otp\"", is_path));
        let headers = table.section_or("headers", Vec::new(), read_headers);
        let body = table.or("body", String::new(), &Kind::text("JSON once it is filled in", is_body));
        let call = Self { method: method?, path: path?, headers: headers?, body: body? };
        purpose.check(table, &call)?;
        Some(call)
    }

    /// Every text that may hold blanks, with the key under which it stands.
    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let headers = self.headers.iter().map(|(_, value)| ("headers", value.as_str()));
        [("path", self.path.as_str()), ("body", self.body.as_str())].into_iter().chain(headers)
    }
}

impl Purpose {
    /// The blanks that the call may hold, the one it cannot do without first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Ask => &["recipient", "arrival"],
            Self::Verify => &["code", "recipient", "arrival"],
        }
    }

    /// Records what is wrong with the blanks of a call.
    fn check(self, table: &Table<'_>, call: &Call) -> Option<()> {
        let names = self.names();
        let mut is_right = true;
        for (key, text) in call.texts() {
            for name in blanks_of(text).into_iter().filter(|name| !names.contains(name)) {
                let rule = format!("filled in from {{{{{}}}}}", names.join("}}, {{"));
                table.wrong_field(key, &format!("asking for {{{{{name}}}}}"), &rule);
                is_right = false;
            }
        }
        let needed = names[0];
        if is_right && !call.texts().any(|(_, text)| blanks_of(text).contains(&needed)) {
            table
                .wrong(&format!("without {{{{{needed}}}}}"), "a call that names it in path, headers or body");
            is_right = false;
        }
        is_right.then_some(())
    }
}

fn read_headers(table: &Table<'_>) -> Option<Vec<(String, String)>> {
    let values = Kind::text("text in visible ASCII", |text| text.bytes().all(|b| matches!(b, b' '..=b'~')));
    let header = |name: &str| {
        let value = table.required(name, &values);
        if !is_header_name(name) {
            table.wrong_field(name, "not a header's name", "letters, digits and hyphens");
            return None;
        }
        Some((name.to_owned(), value?))
    };
    let headers: Vec<_> = table.keys().into_iter().map(header).collect();
    headers.into_iter().collect()
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

pub(super) fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

/// Whether the text is JSON once digits stand in every blank, as they will.
fn is_body(text: &str) -> bool {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, _, after)) = next_blank(rest) {
        filled.extend([before, "123456"]);
        rest = after;
    }
    filled.push_str(rest);
    serde_json::from_str::<serde_json::Value>(&filled).is_ok()
}
