//! Faults at the door of the Graph API: requests refused and answers spoiled, as rules say.

use std::sync::Arc;

use cloud_sim::SetFault;
use scenario::{AnswerFault, BodyFault, DropWhen, FaultSubject, Matching, Span};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::operation::place_of;
use super::path::Path;
use super::{Graph, Refusal, verb};
use crate::engine::Engine;
use crate::http::{Answer, Body, Bytes, Delivery, Request};
use crate::requests::{self, Check, Checks, Noted};

/// In how many pieces a slow body goes out, at most.
const PIECES_MAX: usize = 16;

/// What a gateway in front of Meta answers when Meta does not.
const GATEWAY_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n";

/// What faults match in the body of a send; everything else in it is somebody else's matter.
#[derive(Default, Deserialize)]
struct Peek {
    to: Option<String>,
    template: Option<PeekTemplate>,
}

#[derive(Deserialize)]
struct PeekTemplate {
    name: Option<String>,
}

impl Graph {
    /// Answers a request, spoils the answer if a fault wants it so, and remembers both.
    pub(crate) async fn handle_amid_faults(&self, request: &Request) -> Answer {
        let mut noted = Noted::default();
        let answer = self.answer_amid_faults(request, &mut noted).await;
        self.engine.metrics.answered(noted.operation, answer.status_sent());
        self.engine.requests.keep(self.engine.clock.now(), request, &answer, noted);
        answer
    }

    async fn answer_amid_faults(&self, request: &Request, noted: &mut Noted) -> Answer {
        if !self.engine.has_faults() {
            return self.handle(request, noted).await;
        }
        let Some((set, fault, delay)) = self.spoiled(request) else {
            return self.handle(request, noted).await;
        };
        noted.spoiled_by = Some(set);
        if fault.drop == Some(DropWhen::Before) {
            noted.is_dropped = true;
            noted.operation = place_of(verb(request).ok(), &Path::read(request.path()).1);
            self.hold_back(delay).await;
            return Answer::dropped();
        }
        let answer = self.handle(request, noted).await;
        self.hold_back(delay).await;
        if fault.drop == Some(DropWhen::After) {
            return Answer { delivery: Delivery::Dropped, ..answer };
        }
        self.spoil(answer, &fault)
    }

    /// Refuses a request that is no send; those are refused where their recipient is known.
    pub(super) fn refuse_by_fault(&self, path: &Path<'_>, checks: &mut Checks) -> Result<(), Refusal> {
        let operation = operation(path);
        if operation == Matching::MESSAGES || !self.engine.has_faults() {
            return Ok(());
        }
        checks.begin(Check::Faults);
        let subject = FaultSubject { operation, number: number(path), ..FaultSubject::default() };
        match self.engine.world().refuse_by_fault(self.engine.clock.now(), &subject, None) {
            Some((refusal, fault)) => {
                checks.fault = Some(fault);
                Err(refusal)
            }
            None => Ok(()),
        }
    }

    fn spoiled(&self, request: &Request) -> Option<(Arc<SetFault>, AnswerFault, Span)> {
        let (world, now) = (self.engine.world(), self.engine.clock.now());
        let (_, path) = Path::read(request.path());
        let peek = match &request.body {
            Body::Whole(body) if world.looks_into_messages(now) => {
                let fields = requests::fields(request.query(), body, requests::is_form(request, body));
                let fields = fields.map(serde_json::from_value);
                fields.and_then(Result::ok).unwrap_or_default()
            }
            _ => Peek::default(),
        };
        let template = peek.template.and_then(|template| template.name);
        let subject = FaultSubject {
            operation: operation(&path),
            number: number(&path),
            template: template.as_deref(),
            recipient: peek.to.and_then(|to| Some(to.parse::<cloud_api::Recipient>().ok()?.number())),
        };
        world.spoiled_answer(now, &subject)
    }

    async fn hold_back(&self, delay: Span) {
        if delay > Span::ZERO {
            let now = self.engine.clock.now();
            self.engine.clock.sleep_until(now + delay).await;
        }
    }

    fn spoil(&self, mut answer: Answer, fault: &AnswerFault) -> Answer {
        if let Some(status) = fault.status {
            answer.status = status;
        }
        let mut sent = None;
        match fault.body {
            Some(BodyFault::Empty) => answer.body.clear(),
            Some(BodyFault::Malformed) => answer.body.truncate(answer.body.len() / 2),
            Some(BodyFault::Html) => {
                answer.content_type = "text/html".into();
                answer.body = GATEWAY_PAGE.into();
            }
            Some(BodyFault::Truncated) => sent = Some(answer.body.len() / 2),
            None => {}
        }
        if sent.is_some() || fault.slow.is_some() {
            let bytes = Bytes::copy_from_slice(&answer.body[..sent.unwrap_or(answer.body.len())]);
            answer.delivery = Delivery::Fed(feed(&self.engine, bytes, fault.slow.unwrap_or(Span::ZERO)));
        }
        answer
    }
}

/// The edge that a path names, or `node` for an object itself.
fn operation<'a>(path: &Path<'a>) -> &'a str {
    path.edge().unwrap_or(Matching::NODE)
}

/// The number that a path begins with, which is a phone number's id where it is one.
fn number(path: &Path<'_>) -> Option<u64> {
    path.first()?.parse().ok()
}

/// Gives the bytes in pieces, evenly over a span of the simulated clock.
fn feed(engine: &Arc<Engine>, bytes: Bytes, over: Span) -> mpsc::Receiver<Bytes> {
    let (sender, pieces) = mpsc::channel(1);
    if over == Span::ZERO {
        // The channel has room for the one piece.
        let _gone = sender.try_send(bytes).is_err();
        return pieces;
    }
    let engine = Arc::clone(engine);
    tokio::spawn(async move {
        let began = engine.clock.now();
        let count = bytes.len().clamp(1, PIECES_MAX);
        for nth in 1..=count {
            let share = over.micros() / count as u64 * nth as u64;
            engine.clock.sleep_until(began + Span::from_micros(share)).await;
            let piece = bytes.slice(bytes.len() * (nth - 1) / count..bytes.len() * nth / count);
            // A client that has gone away needs no more of it.
            if sender.send(piece).await.is_err() {
                return;
            }
        }
    });
    pieces
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cloud_api::edge::EDGES;

    use super::super::operations;
    use super::Path;

    #[test]
    fn a_fault_may_name_the_edges_of_all_operations_and_no_others() {
        let edges: BTreeSet<_> =
            operations().filter_map(|operation| Path::read(operation.path).1.edge()).collect();
        assert_eq!(edges, BTreeSet::from(EDGES));
    }
}
