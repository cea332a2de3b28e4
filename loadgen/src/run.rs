//! One run under way: what its pacer, slots, phones and typists share.

use std::sync::Arc;

use async_channel::{Receiver, Sender};
use cloud_api::OtpCode;
use journal::{Event, Fact, Record};
use reqwest::{Client, RequestBuilder, redirect};
use scenario::{Behaviour, Elapsed, Scenario, Span};
use tokio_util::sync::CancellationToken;

use crate::answer::Answer;
use crate::call::{Blanks, CallForm};
use crate::clock::Clock;
use crate::flights::{Flight, Flights};
use crate::load::{Load, LoadError};
use crate::phone::OnPhone;
use crate::progress::Progress;
use crate::typing::{Typed, Typists};

/// How many due arrivals may wait for a slot; what comes on top is shed.
const ARRIVALS_MAX: usize = 65_536;

/// How many typed codes may wait for a slot; what comes on top waits with its typist.
const TYPED_MAX: usize = 4_096;

/// A delivery this soon after the planned instant counts as in time on the line of progress.
const IN_TIME: Span = Span::from_secs(5);

/// What the parts of a run share.
pub(crate) struct Run {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) clock: Clock,
    pub(crate) progress: Arc<Progress>,
    pub(crate) client: Client,
    /// Given when nothing more is to be released or heard.
    pub(crate) halt: CancellationToken,
    /// Given when calls under way are cut off.
    pub(crate) cut: CancellationToken,
    pub(crate) arrivals: Receiver<Flight>,
    pub(crate) typed: Receiver<Typed>,
    pub(crate) typists: Typists,
    pub(crate) base_url: String,
    flights: Flights,
    released: Sender<Flight>,
    typing: Sender<Typed>,
    ask: CallForm,
    verify: CallForm,
    record: Arc<dyn Record>,
}

impl Run {
    /// Makes everything ready; nothing is journaled and nothing is called yet.
    pub(crate) fn new(load: &Load) -> Result<Self, LoadError> {
        let scenario = Arc::clone(&load.scenario);
        let (released, arrivals) = async_channel::bounded(ARRIVALS_MAX);
        let (typing, typed) = async_channel::bounded(TYPED_MAX);
        Ok(Self {
            ask: CallForm::new(&scenario.target.ask, &load.base_url)?,
            verify: CallForm::new(&scenario.target.verify, &load.base_url)?,
            client: client(&scenario)?,
            flights: Flights::new(patience(&scenario), Arc::clone(&load.progress)),
            scenario,
            base_url: load.base_url.clone(),
            clock: load.clock,
            progress: Arc::clone(&load.progress),
            halt: CancellationToken::new(),
            cut: CancellationToken::new(),
            typists: Typists::new(),
            record: Arc::clone(&load.record),
            arrivals,
            released,
            typed,
            typing,
        })
    }

    /// Takes down what happened at `at`.
    pub(crate) fn record(&self, at: Elapsed, fact: Fact) {
        self.record.record(Event { at, fact });
    }

    /// Takes down what happens now.
    pub(crate) fn record_now(&self, fact: Fact) {
        self.record(self.clock.now(), fact);
    }

    /// How long the end of an arrival is awaited: longer than Meta tries, and nearly all users need.
    pub(crate) fn patience(&self) -> Span {
        patience(&self.scenario)
    }

    /// Puts a due arrival before the slots, or sheds it.
    pub(crate) fn release(&self, flight: Flight) {
        if let Err(refused) = self.released.try_send(flight) {
            self.shed(refused.into_inner());
        }
    }

    /// Closes the queues, so that slots end with what they are at, and sheds what no slot took.
    pub(crate) fn close(&self) {
        self.released.close();
        self.typing.close();
        while let Ok(flight) = self.arrivals.try_recv() {
            self.shed(flight);
        }
    }

    /// Whether every arrival has ended, as far as this side can know.
    pub(crate) fn is_drained(&self) -> bool {
        // In this order: an arrival is counted in flight before it is settled.
        self.progress.is_settled() && self.progress.in_flight.get() == 0
    }

    /// Begins to ask for a code.
    pub(crate) fn begin_ask(&self, flight: Flight) -> RequestBuilder {
        let blanks = Blanks { recipient: flight.recipient, arrival: flight.arrival, code: "" };
        let request = self.ask.fill(&self.client, blanks);
        let now = self.clock.now();
        // Before the request is out, because the code may be on the phone before the answer is here.
        self.flights.ask(now, flight);
        self.progress.requested.add();
        self.progress.lateness.record(now.since(flight.planned));
        self.record(now, Fact::CodeRequested { arrival: flight.arrival });
        request
    }

    /// Takes down how the request for a code ended.
    pub(crate) fn end_ask(&self, flight: Flight, answer: Answer) {
        let arrival = flight.arrival;
        let now = self.clock.now();
        if !answer.is_ok_and(|http_status| (200..300).contains(&http_status)) {
            self.flights.lose(flight);
        }
        match answer {
            Ok(http_status) => {
                self.record(now, Fact::RequestAnswered { arrival, http_status });
                self.progress.answered.add();
            }
            Err(cause) => {
                self.record(now, Fact::RequestFailed { arrival, cause });
                self.progress.failed.add();
            }
        }
    }

    /// Takes in what reached a phone.
    pub(crate) fn hear(&self, news: OnPhone) {
        match news {
            OnPhone::Never { recipient } => self.flights.never(recipient.number()),
            OnPhone::Code { recipient, code, at } => {
                if let Some(flight) = self.flights.land(recipient.number(), code) {
                    self.deliver(flight, at);
                }
            }
        }
    }

    fn deliver(&self, flight: Flight, at: Elapsed) {
        self.progress.delivered.add();
        if at.since(flight.planned) <= IN_TIME {
            self.progress.delivered_within_5s.add();
        }
        let Scenario { users, recipients, template, seed, .. } = &*self.scenario;
        let person = recipients.person(*seed, flight.recipient);
        let filled_in = template.button.fills_in(person.device);
        match users.plan(*seed, flight.recipient, flight.arrival, filled_in) {
            Behaviour::GivesUp => {
                self.record(at, Fact::UserGaveUp { arrival: flight.arrival });
                self.flights.end(flight);
            }
            Behaviour::Types(attempts) => {
                self.typists.begin(at, flight, attempts);
            }
        }
    }

    /// Hands typed codes over to the slots until the run ends.
    pub(crate) async fn play_typists(&self) {
        self.typists.hand_over(self.clock, self.typing.clone()).await;
    }

    /// Begins to type a code in; `None` where the same person has asked again in the meantime.
    pub(crate) fn begin_verify(&self, typed: &Typed) -> Option<RequestBuilder> {
        let Typed { flight, attempt, .. } = typed;
        let right = self.flights.code(*flight)?;
        let code = if attempt.mistyped { mistype(&right) } else { right.expose().to_owned() };
        let blanks = Blanks { recipient: flight.recipient, arrival: flight.arrival, code: &code };
        let request = self.verify.fill(&self.client, blanks);
        self.record_now(Fact::VerificationRequested {
            arrival: flight.arrival,
            attempt: attempt.number,
            mistyped: attempt.mistyped,
        });
        Some(request)
    }

    /// Takes down how an attempt ended, and lets the person try again if they mistyped.
    ///
    /// An attempt without an answer is the last, as is a right code that was not taken: what people
    /// do against a broken service is not modelled.
    pub(crate) fn end_verify(&self, typed: Typed, answer: Answer) {
        let Typed { flight, attempt, rest } = typed;
        let (arrival, attempt) = (flight.arrival, attempt.number);
        let now = self.clock.now();
        let tries_again = match answer {
            Ok(http_status) => {
                self.record(now, Fact::VerificationAnswered { arrival, attempt, http_status });
                let is_in = (200..300).contains(&http_status);
                if is_in {
                    self.progress.verified.add();
                }
                !is_in && self.typists.begin(now, flight, rest)
            }
            Err(cause) => {
                self.record(now, Fact::VerificationFailed { arrival, attempt, cause });
                false
            }
        };
        if !tries_again {
            self.flights.end(flight);
        }
    }

    fn shed(&self, flight: Flight) {
        self.record_now(Fact::ArrivalShed { arrival: flight.arrival });
        self.progress.shed.add();
    }
}

/// The client of all slots: one pool of connections, and nothing taken from the environment.
fn client(scenario: &Scenario) -> Result<Client, LoadError> {
    Client::builder()
        .timeout(scenario.target.timeout.into())
        .tcp_nodelay(true)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .no_gzip()
        .build()
        .map_err(LoadError::Client)
}

fn patience(scenario: &Scenario) -> Span {
    let users = scenario.users.typing.p99().max(scenario.users.autofill.p99());
    scenario.template.ttl + users.clamp(Span::from_secs(10), Span::from_secs(60))
}

/// The code as somebody types it who hits a wrong key at the end; never the code itself.
fn mistype(code: &OtpCode) -> String {
    let mut text = code.expose().to_owned();
    let last = text.pop().expect("a code has at least one character");
    let digit = last.to_digit(10).map_or(0, |digit| (digit + 1) % 10);
    text.push(char::from_digit(digit, 10).expect("it is below ten"));
    text
}
