//! Whether a request to send is accepted, in the order in which Meta looks at things.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cloud_api::{GraphVersion, OtpCode, Recipient, Refusal, TemplateStatus};
use scenario::{Elapsed, FaultSubject, Matching};

use crate::directory::{Number, Template};
use crate::limit::PairRate;
use crate::shard::Rules;

/// Numbers accepted messages from 0, across all shards.
#[derive(Debug, Default)]
pub struct Numbering(AtomicU64);

/// A request to send a template, of which the token and the shape are already found right.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// The version of the API that was asked.
    pub version: GraphVersion,
    /// The phone number that sends.
    pub sender: &'a Arc<Number>,
    /// Where the message goes.
    pub recipient: Recipient,
    /// The template's name.
    pub template: &'a str,
    /// The template's language, which must match exactly.
    pub language: &'a str,
    /// The code, or why the values do not fit an authentication template; told only after all else.
    pub code: Result<OtpCode, Refusal>,
    /// What the business asks to be told with each status.
    pub callback_data: Option<&'a str>,
}

/// What is remembered of one sender and one recipient.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Pair {
    rate: PairRate,
    requests: u32,
    accepted: u32,
}

/// A request that is accepted.
pub(crate) struct Admitted {
    pub(crate) sender: Arc<Number>,
    pub(crate) recipient: Recipient,
    pub(crate) template: Arc<Template>,
    pub(crate) code: OtpCode,
    pub(crate) callback_data: Option<Arc<str>>,
    /// How many messages to this recipient were accepted before.
    pub(crate) nth: u64,
}

impl Numbering {
    /// How many messages were accepted so far.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// Looks at a request as Meta does.
// Assumed: the order, which is the proposed default of cloud-api.md §1.4: faults stand for troubles
// of Meta's own, so they come first; then throughput, pair rate, template, parameters.
pub(crate) fn admit(
    now: Elapsed,
    rules: &Rules<'_>,
    outgoing: Outgoing<'_>,
    pair: &mut Pair,
) -> Result<Admitted, Refusal> {
    let nth_request = pair.requests;
    pair.requests = nth_request.saturating_add(1);
    rules.world.refuse_by_fault(now, &subject(&outgoing), Some(u64::from(nth_request)))?;
    let limits = &rules.world.meta.limits;
    if !outgoing.sender.throughput.admit(now, limits) {
        return Err(Refusal::ThroughputReached);
    }
    if !pair.rate.admit(now, limits) {
        return Err(Refusal::PairRateReached);
    }
    let template = find_template(rules, &outgoing)?;
    let code = outgoing.code?;
    let nth = u64::from(pair.accepted);
    pair.accepted = pair.accepted.saturating_add(1);
    Ok(Admitted {
        sender: Arc::clone(outgoing.sender),
        recipient: outgoing.recipient,
        template,
        code,
        callback_data: outgoing.callback_data.map(Arc::from),
        nth,
    })
}

fn subject<'a>(outgoing: &Outgoing<'a>) -> FaultSubject<'a> {
    FaultSubject {
        operation: Matching::MESSAGES,
        number: Some(outgoing.sender.id.number()),
        template: Some(outgoing.template),
        recipient: Some(outgoing.recipient.number()),
    }
}

fn find_template(rules: &Rules<'_>, outgoing: &Outgoing<'_>) -> Result<Arc<Template>, Refusal> {
    let found = rules.directory.template(outgoing.sender.account, outgoing.template, outgoing.language);
    let Some(template) = found else {
        return Err(missing(outgoing));
    };
    match template.record.status {
        TemplateStatus::Approved => Ok(Arc::clone(template)),
        TemplateStatus::Paused => Err(Refusal::TemplatePaused),
        TemplateStatus::Disabled => Err(Refusal::TemplateDisabled),
        // Source: cloud-api.md §2.3: a template still pending, or rejected, is not found.
        _ => Err(missing(outgoing)),
    }
}

fn missing(outgoing: &Outgoing<'_>) -> Refusal {
    Refusal::TemplateMissing { name: outgoing.template.to_owned(), language: outgoing.language.to_owned() }
}
