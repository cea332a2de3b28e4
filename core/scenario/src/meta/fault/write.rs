//! Writing faults in the language in which they are read.

use std::fmt;

use super::{
    AnswerFault, BodyFault, DropWhen, Fault, FaultKind, Matching, RefusalFault, WebhookFault, Window,
};
use crate::chance::{Latency, Share};
use crate::time::Elapsed;

/// The entries of an inline table, so far.
struct Entries<'a, 'f>(&'a mut fmt::Formatter<'f>, bool);

impl<'a, 'f> Entries<'a, 'f> {
    fn begin(f: &'a mut fmt::Formatter<'f>) -> Result<Self, fmt::Error> {
        f.write_str("{")?;
        Ok(Self(f, true))
    }

    fn entry(&mut self, key: &str, value: impl fmt::Display) -> fmt::Result {
        let before = if self.1 { " " } else { ", " };
        self.1 = false;
        write!(self.0, "{before}{key} = {value}")
    }

    fn quoted(&mut self, key: &str, value: Option<impl fmt::Display>) -> fmt::Result {
        value.map_or(Ok(()), |value| self.entry(key, format_args!("\"{value}\"")))
    }

    fn text(&mut self, key: &str, value: Option<&str>) -> fmt::Result {
        value.map_or(Ok(()), |value| self.entry(key, format_args!("{}", toml::Value::from(value))))
    }

    fn latency(&mut self, key: &str, value: Option<Latency>) -> fmt::Result {
        let Some(value) = value else { return Ok(()) };
        let (median, p99) = (value.median(), value.p99());
        self.entry(key, format_args!("{{ median = \"{median}\", p99 = \"{p99}\" }}"))
    }

    fn end(self) -> fmt::Result {
        self.0.write_str(" }")
    }
}

/// Writes the fault as a scenario's list of faults holds it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries = Entries::begin(f)?;
        let Window { from, until } = self.window;
        entries.quoted("from", Some(from.since(Elapsed::ZERO)))?;
        entries.quoted("for", (until != Elapsed::NEVER).then(|| until.since(from)))?;
        let Matching { number, template, recipient, operation } = &self.matching;
        entries.quoted("number", *number)?;
        entries.quoted("template", template.as_deref())?;
        entries.quoted("recipient", *recipient)?;
        entries.quoted("operation", operation.as_deref())?;
        match &self.kind {
            FaultKind::Refuse(fault) => entries.entry("refuse", fault)?,
            FaultKind::Outage => entries.entry("outage", true)?,
            FaultKind::Fail { code, share } => {
                entries.entry("fail", format_args!("{{ code = {code}, share = \"{share}\" }}"))?;
            }
            FaultKind::Answer(fault) => entries.entry("answer", fault)?,
            FaultKind::Webhooks(fault) => entries.entry("webhooks", fault)?,
        }
        entries.end()
    }
}

impl fmt::Display for RefusalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries = Entries::begin(f)?;
        entries.entry("code", self.code)?;
        entries.quoted("share", Some(self.share))?;
        entries.text("message", self.message.as_deref())?;
        entries.text("details", self.details.as_deref())?;
        self.status.map_or(Ok(()), |status| entries.entry("status", status))?;
        entries.end()
    }
}

impl fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries = Entries::begin(f)?;
        entries.quoted("share", Some(self.share))?;
        entries.latency("delay", self.delay)?;
        self.status.map_or(Ok(()), |status| entries.entry("status", status))?;
        let body = self.body.map(|body| match body {
            BodyFault::Truncated => "truncated",
            BodyFault::Malformed => "malformed",
            BodyFault::Html => "html",
            BodyFault::Empty => "empty",
        });
        entries.quoted("body", body)?;
        entries.quoted("slow", self.slow)?;
        let drop = self.drop.map(|drop| match drop {
            DropWhen::Before => "before",
            DropWhen::After => "after",
        });
        entries.quoted("drop", drop)?;
        entries.end()
    }
}

impl fmt::Display for WebhookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { drop, repeat, reorder, signature, delay } = *self;
        let mut entries = Entries::begin(f)?;
        let shares = [("drop", drop), ("repeat", repeat), ("reorder", reorder), ("signature", signature)];
        for (key, share) in shares {
            entries.quoted(key, (share != Share::NONE).then_some(share))?;
        }
        entries.latency("delay", delay)?;
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[track_caller]
    fn check(fault: &str) {
        let read = Fault::parse_one(fault).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let written = read.to_string();
        assert_eq!(Fault::parse_all(&format!("faults = [{written}]")), Ok(vec![read]), "{written}");
    }

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        check("from = \"20s\"\nfor = \"1.5s\"\nrefuse = { code = 130429, share = \"30 %\" }");
        check("outage = true");
        check("webhooks = { drop = \"5 %\", delay = { median = \"1s\", p99 = \"9s\" } }");
        check("recipient = \"+1555\"\nwebhooks = { signature = \"50 %\" }");
        check("number = 106540352242922\ntemplate = \"login_code\"\nfail = { code = 131049 }");
        check(
            r#"operation = "message_templates"
            refuse = { code = 2, message = "it's \"down\"", details = 'a\b', status = 599 }"#,
        );
        check("answer = { drop = \"after\", delay = { median = \"1s\", p99 = \"1s\" } }");
        check(
            "operation = \"any\"\nanswer = { share = \"1 %\", body = \"truncated\", slow = \"2s\", status = 200 }",
        );
    }
}
