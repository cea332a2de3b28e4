//! What is measured, one file each; every section gives rows of the same kind.

mod connections;
mod cores;
mod in_flight;
mod journal;
mod peers;
mod rehearsal;
mod sends;
mod webhooks;

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use crate::error::BenchError;
use crate::sample::Sample;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Section {
    /// Sends accepted a second, against hyper alone.
    Sends,
    /// Signed webhooks beside the sends.
    Webhooks,
    /// 10 to 10,000 connections.
    Connections,
    /// One core and two.
    Cores,
    /// Bytes and lateness of messages in flight.
    InFlight,
    /// Events a second.
    Journal,
    /// Codes a second in virtual time.
    Rehearsal,
    /// Other mocks, installed from their registries.
    Peers,
}

/// How long and how often.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    /// How often each thing is measured, in turn with the others.
    pub(crate) repeats: u32,
    /// How long one measurement lasts, in seconds.
    pub(crate) secs: u32,
    /// A folder for what is needed meanwhile.
    pub(crate) scratch: PathBuf,
}

/// One line of a section's table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// In which unit.
    pub(crate) unit: &'static str,
    /// What came out.
    pub(crate) sample: Sample,
    /// What it is held against, if anything.
    pub(crate) goal: Option<Goal>,
}

/// What a measurement has to reach.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Goal {
    /// In words.
    pub(crate) text: String,
    /// Whether it is reached by the median.
    pub(crate) is_met: bool,
    /// What stands in the way where it is missed, as a clause that follows a colon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hindrance: Option<&'static str>,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, unit: &'static str, sample: Sample) -> Self {
        Self { what: what.into(), unit, sample, goal: None }
    }

    /// Holds the median against the least that it should be.
    pub(crate) fn at_least(mut self, least: f64, text: impl Into<String>) -> Self {
        let is_met = self.sample.median() >= least;
        self.goal = Some(Goal { text: text.into(), is_met, hindrance: None });
        self
    }

    /// Holds the median against the most that it should be.
    pub(crate) fn at_most(mut self, most: f64, text: impl Into<String>) -> Self {
        let is_met = self.sample.median() <= most;
        self.goal = Some(Goal { text: text.into(), is_met, hindrance: None });
        self
    }

    /// Says what stands in the way of the goal; it is told only where the goal is missed.
    pub(crate) fn hindered_by(mut self, hindrance: &'static str) -> Self {
        if let Some(goal) = self.goal.as_mut().filter(|goal| !goal.is_met) {
            goal.hindrance = Some(hindrance);
        }
        self
    }
}

/// The part of `of` that `sample` is, repeat by repeat, in percent.
pub(crate) fn percent(sample: &Sample, of: &Sample) -> Sample {
    sample.ratios(of, 100.0)
}

impl Section {
    pub(crate) const ALL: [Self; 8] = [
        Self::Sends,
        Self::Webhooks,
        Self::Connections,
        Self::Cores,
        Self::InFlight,
        Self::Journal,
        Self::Rehearsal,
        Self::Peers,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Sends => "Sends accepted a second",
            Self::Webhooks => "With a subscriber: three signed statuses a message, one a POST",
            Self::Connections => "Keep-alive connections",
            Self::Cores => "Cores",
            Self::InFlight => "Messages in flight",
            Self::Journal => "Journal",
            Self::Rehearsal => "Rehearsal",
            Self::Peers => "Other mocks",
        }
    }

    /// How it is measured, in a sentence or two.
    pub(crate) const fn method(self) -> &'static str {
        match self {
            Self::Sends => {
                "`wrk` with one thread sends codes to 20,000 people. hyper alone parses the same body and \
                 answers as many bytes; of the simulated Meta, each answer must be a success."
            }
            Self::Webhooks => {
                "The receiver answers 200 to everything. By themselves are those webhooks that are still to \
                 go out when the sends have stopped."
            }
            Self::Connections => "The same sends, over more and more connections that stay open.",
            Self::Cores => {
                "Sends for each second of the server's own processor time, because the load generator \
                 needs some of the same cores."
            }
            Self::InFlight => {
                "Bytes are the growth of a process that only takes messages on; lateness is what the \
                 server's own metrics tell, in steps."
            }
            Self::Journal => "Events of messages one after the other, on one thread, into a file.",
            Self::Rehearsal => "On one thread, in virtual time, with both journals written into files.",
            Self::Peers => {
                "Each answers about as many bytes as Meta does to the sends of the first section, over 32 \
                 connections, after 5 s to warm up. The simulated Meta must be three times as fast as those \
                 that parse the body or remember the request."
            }
        }
    }

    pub(crate) fn measure(self, effort: &Effort) -> Result<Vec<Row>, BenchError> {
        match self {
            Self::Sends => sends::measure(effort),
            Self::Webhooks => webhooks::measure(effort),
            Self::Connections => connections::measure(effort),
            Self::Cores => cores::measure(effort),
            Self::InFlight => in_flight::measure(effort),
            Self::Journal => journal::measure(effort),
            Self::Rehearsal => rehearsal::measure(effort),
            Self::Peers => peers::measure(effort),
        }
    }
}
