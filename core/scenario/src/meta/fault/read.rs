//! Reading faults, from TOML and from JSON.

use cloud_api::edge::EDGES;

use super::{
    AnswerFault, BodyFault, DropWhen, Fault, FaultKind, Matching, RefusalFault, WebhookFault, Window,
};
use crate::chance::{Latency, Share};
use crate::read::{Kind, Mistakes, Page, Table};
use crate::time::{Elapsed, Span};

/// The codes with which Meta refuses a request in its answer.
///
/// Source: cloud-api.md §8: those that its table marks as synchronous.
const REFUSALS: [u32; 80] = [
    0, 1, 2, 3, 4, 10, 17, 33, 100, 104, 190, 200, 368, 803, 2_200, 80_007, 80_008, 130_429, 130_497,
    131_000, 131_005, 131_008, 131_009, 131_016, 131_021, 131_030, 131_031, 131_037, 131_048, 131_051,
    131_055, 131_056, 131_057, 131_059, 131_062, 131_063, 131_064, 132_000, 132_001, 132_005, 132_007,
    132_008, 132_012, 132_015, 132_016, 132_018, 132_068, 132_069, 133_000, 133_004, 133_005, 133_006,
    133_008, 133_009, 133_010, 133_015, 133_016, 134_011, 134_100, 134_101, 134_102, 135_000, 139_000,
    139_001, 139_002, 139_003, 139_004, 139_100, 139_101, 139_102, 139_103, 1_752_041, 2_388_001, 2_388_012,
    2_388_091, 2_388_093, 2_388_103, 2_494_100, 2_593_107, 2_593_108,
];

/// The codes with which a message fails after it was accepted.
///
/// Source: cloud-api.md §8: those that its table marks as asynchronous, or as either.
const FAILURES: [u32; 19] = [
    130_429, 130_472, 130_497, 131_000, 131_016, 131_026, 131_031, 131_037, 131_042, 131_045, 131_047,
    131_048, 131_049, 131_050, 131_053, 131_056, 131_064, 132_015, 137_000,
];

/// The kinds of faults, as a mistake lists them.
const KINDS: &str = "exactly one of `refuse`, `outage`, `fail`, `answer` and `webhooks`";

impl Fault {
    /// Whether Meta refuses a request with this code in its answer.
    #[must_use]
    pub fn may_refuse_with(code: u32) -> bool {
        REFUSALS.contains(&code)
    }

    /// Whether a message fails with this code after it was accepted.
    #[must_use]
    pub fn may_fail_with(code: u32) -> bool {
        FAILURES.contains(&code)
    }

    /// Reads a text of nothing but `[[faults]]`, each as in a scenario's `[[meta.faults]]`.
    ///
    /// # Errors
    ///
    /// Every mistake found, never just the first.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Mistakes> {
        Page::read(text, |table| table.list("faults", |table, _| Self::read(table)))
    }

    /// Reads a text that is one fault, as it stands in a scenario's `[[meta.faults]]`.
    ///
    /// # Errors
    ///
    /// Every mistake found, never just the first.
    pub fn parse_one(text: &str) -> Result<Self, Mistakes> {
        Page::read(text, Self::read)
    }

    pub(in crate::meta) fn read(table: &Table<'_>) -> Option<Self> {
        let window = read_window(table);
        let matching = Matching::read(table);
        let (kind, keys) = read_kind(table)?;
        let matching = matching?;
        for (key, is_given) in matching.given() {
            if is_given && !keys.contains(&key) {
                table.wrong_field(key, "given", "left out with a fault of this kind");
                return None;
            }
        }
        Some(Self { window: window?, matching, kind })
    }
}

fn read_window(table: &Table<'_>) -> Option<Window> {
    let from = table.or("from", Span::ZERO, &Kind::span(Span::ZERO..=Span::DAY));
    let lasts = table.optional("for", &Kind::span(Span::from_millis(1)..=Span::DAY));
    let from = Elapsed::ZERO + from?;
    let until = lasts?.map_or(Elapsed::NEVER, |lasts| from + lasts);
    Some(Window { from, until })
}

/// What happens, and by which properties the traffic can be told to which it happens.
fn read_kind(table: &Table<'_>) -> Option<(FaultKind, &'static [&'static str])> {
    let refuse = table.section_or("refuse", None, |table| RefusalFault::read(table).map(Some));
    let outage = table.optional("outage", &Kind::affirmed());
    let fail = table.section_or("fail", None, |table| read_failure(table).map(Some));
    let answer = table.section_or("answer", None, |table| AnswerFault::read(table).map(Some));
    let webhooks = table.section_or("webhooks", None, |table| WebhookFault::read(table).map(Some));
    let of_requests: &[&str] = &["number", "template", "recipient", "operation"];
    let of_messages: &[&str] = &["number", "template", "recipient"];
    let kinds = [
        refuse?.map(|fault| (FaultKind::Refuse(fault), of_requests)),
        outage?.map(|()| (FaultKind::Outage, [].as_slice())),
        fail?.map(|fault| (fault, of_messages)),
        answer?.map(|fault| (FaultKind::Answer(fault), of_requests)),
        webhooks?.map(|fault| (FaultKind::Webhooks(fault), of_messages)),
    ];
    let mut kinds = kinds.into_iter().flatten();
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Some(kind),
        (first, _) => {
            table.wrong(if first.is_none() { "none of its kinds" } else { "of several kinds" }, KINDS);
            None
        }
    }
}

impl Matching {
    fn read(table: &Table<'_>) -> Option<Self> {
        let id = Kind::digits("the id of a phone number, such as \"106540352242922\"", |text| {
            text.parse().ok().filter(|id| *id > 0)
        });
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let word = move |text: &str| (1..=512).contains(&text.len()) && text.chars().all(is_name);
        let template = Kind::text("the name of a template: lower-case letters, digits and underscores", word);
        let known = || [Self::ANY, Self::NODE].into_iter().chain(EDGES);
        let rule = format!("one of `{}`", known().collect::<Vec<_>>().join("`, `"));
        let operation = Kind::text(&rule, move |text| known().any(|known| known == text));
        let prefix =
            Kind::digits("the 1 to 15 digits with which a number begins, such as \"1555\"", |text| {
                let digits = text.strip_prefix('+').unwrap_or(text);
                let is_right = digits.len() <= 15 && !digits.starts_with('0');
                digits.parse().ok().filter(|_| is_right)
            });
        let number = table.optional("number", &id);
        let template = table.optional("template", &template);
        let recipient = table.optional("recipient", &prefix);
        let operation = table.optional("operation", &operation);
        Some(Self { number: number?, template: template?, recipient: recipient?, operation: operation? })
    }

    /// Its properties by their keys, and whether each is given.
    pub(super) const fn given(&self) -> [(&'static str, bool); 4] {
        [
            ("number", self.number.is_some()),
            ("template", self.template.is_some()),
            ("recipient", self.recipient.is_some()),
            ("operation", self.operation.is_some()),
        ]
    }
}

impl RefusalFault {
    fn read(table: &Table<'_>) -> Option<Self> {
        let code = table.required("code", &Kind::number_of(&REFUSALS));
        let share = table.or("share", Share::ALL, &Kind::share());
        let message = table.optional("message", &Kind::line(500));
        let details = table.optional("details", &Kind::line(1_000));
        let status = read_status(table, 400..=599);
        Some(Self { code: code?, share: share?, message: message?, details: details?, status: status? })
    }
}

fn read_failure(table: &Table<'_>) -> Option<FaultKind> {
    let code = table.required("code", &Kind::number_of(&FAILURES));
    let share = table.or("share", Share::ALL, &Kind::share());
    Some(FaultKind::Fail { code: code?, share: share? })
}

fn read_status(table: &Table<'_>, range: std::ops::RangeInclusive<u64>) -> Option<Option<u16>> {
    let status = table.optional("status", &Kind::whole(range))?;
    Some(status.and_then(|status| u16::try_from(status).ok()))
}

impl AnswerFault {
    fn read(table: &Table<'_>) -> Option<Self> {
        let share = table.or("share", Share::ALL, &Kind::share());
        let delay = table.section_or("delay", None, |table| Latency::read(table).map(Some));
        let status = read_status(table, 200..=599);
        let bodies = [
            ("truncated", BodyFault::Truncated),
            ("malformed", BodyFault::Malformed),
            ("html", BodyFault::Html),
            ("empty", BodyFault::Empty),
        ];
        let body = table.optional("body", &Kind::choice(bodies));
        let slow = table.optional("slow", &Kind::span(Span::from_millis(1)..=Span::DAY));
        let drops = [("before", DropWhen::Before), ("after", DropWhen::After)];
        let drop = table.optional("drop", &Kind::choice(drops));
        let (status, body, slow, drop) = (status?, body?, slow?, drop?);
        let fault = Self { share: share?, delay: delay?, status, body, slow, drop };
        let spoils_body = status.is_some() || body.is_some() || slow.is_some();
        if drop.is_some() && spoils_body {
            table.wrong("a dropped answer with a status or a body", "`drop` with nothing else but `delay`");
            return None;
        }
        if !spoils_body && drop.is_none() && fault.delay.is_none() {
            let rule = "at least one of `delay`, `status`, `body`, `slow` and `drop`";
            table.wrong("without effect", rule);
            return None;
        }
        Some(fault)
    }
}

impl WebhookFault {
    fn read(table: &Table<'_>) -> Option<Self> {
        let share = |key| table.or(key, Share::NONE, &Kind::share());
        let (drop, repeat, reorder) = (share("drop"), share("repeat"), share("reorder"));
        let signature = share("signature");
        let delay = table.section_or("delay", None, |table| Latency::read(table).map(Some));
        let fault =
            Self { drop: drop?, repeat: repeat?, reorder: reorder?, signature: signature?, delay: delay? };
        if fault == Self::default() {
            let rule = "at least one of `drop`, `repeat`, `reorder`, `signature` and `delay`";
            table.wrong("without effect", rule);
            return None;
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::FailureCode;

    use super::{FAILURES, REFUSALS};

    #[test]
    fn every_code_of_a_fault_is_in_metas_table() {
        let codes = REFUSALS.into_iter().chain(FAILURES);
        let unknown: Vec<u32> = codes.filter(|code| FailureCode::new(*code).is_err()).collect();
        assert_eq!(unknown, [0_u32; 0]);
    }
}
