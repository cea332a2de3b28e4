//! Whether codes can be sent yet.

use tokio::sync::{Notify, watch};

/// How far the service has come on its way to sending codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Nothing has been set up yet.
    Starting,
    /// Meta knows where webhooks go.
    Subscribed,
    /// The template waits for its review.
    TemplatePending,
    /// Codes can be sent.
    Ready,
    /// The template cannot be used, for the reason Meta gave.
    TemplateRejected(String),
    /// Something else stands in the way; the text says what.
    SetupFailed(String),
}

/// The one place where readiness changes.
pub(crate) struct ReadinessCell {
    sender: watch::Sender<Readiness>,
    doubt: Notify,
}

impl Readiness {
    /// Whether what follows depends on somebody doing something.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Ready | Self::TemplateRejected(_) | Self::SetupFailed(_))
    }

    /// The state in one word, as `GET /health` shows it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Subscribed => "subscribed",
            Self::TemplatePending => "template-pending",
            Self::Ready => "ready",
            Self::TemplateRejected(_) => "template-rejected",
            Self::SetupFailed(_) => "setup-failed",
        }
    }

    /// What stands in the way, if that is more than time.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::TemplateRejected(reason) | Self::SetupFailed(reason) => Some(reason),
            Self::Starting | Self::Subscribed | Self::TemplatePending | Self::Ready => None,
        }
    }
}

impl ReadinessCell {
    /// The beginning.
    pub(crate) fn new() -> Self {
        Self { sender: watch::Sender::new(Readiness::Starting), doubt: Notify::new() }
    }

    /// Follows every change.
    pub(crate) fn watch(&self) -> watch::Receiver<Readiness> {
        self.sender.subscribe()
    }

    /// Whether codes can be sent.
    pub(crate) fn is_ready(&self) -> bool {
        *self.sender.borrow() == Readiness::Ready
    }

    /// The state at this moment.
    pub(crate) fn get(&self) -> Readiness {
        self.sender.borrow().clone()
    }

    /// Notes what the service itself came to, unless Meta's decision is known already.
    pub(crate) fn advance(&self, to: Readiness) {
        self.sender.send_if_modified(|current| !current.is_settled() && replace(current, to));
    }

    /// Notes what a webhook tells of the template.
    ///
    /// The first decision is taken at its word. A later one that contradicts it raises a doubt
    /// instead, because webhooks repeat and overtake each other.
    pub(crate) fn hear(&self, decision: Readiness) {
        let mut is_contradicted = false;
        self.sender.send_if_modified(|current| {
            is_contradicted = current.is_settled() && *current != decision;
            !is_contradicted && replace(current, decision)
        });
        if is_contradicted {
            self.doubt.notify_one();
        }
    }

    /// Notes what Meta answered when it was asked, which ends all doubt.
    pub(crate) fn correct(&self, to: Readiness) {
        self.sender.send_if_modified(|current| replace(current, to));
    }

    /// Waits until there is a doubt that nobody has looked into.
    pub(crate) async fn doubt(&self) {
        self.doubt.notified().await;
    }
}

/// Puts the state in place, and says whether that is news.
fn replace(current: &mut Readiness, to: Readiness) -> bool {
    let is_news = *current != to;
    *current = to;
    is_news
}

#[cfg(test)]
mod tests {
    use super::{Readiness, ReadinessCell};

    #[test]
    fn an_approval_that_outruns_the_answer_is_not_lost() {
        let cell = ReadinessCell::new();
        cell.advance(Readiness::Subscribed);
        cell.hear(Readiness::Ready);
        cell.advance(Readiness::TemplatePending);
        assert!(cell.is_ready());
    }

    #[tokio::test]
    async fn a_contradiction_is_a_doubt_until_meta_is_asked() {
        let paused = Readiness::TemplateRejected("PAUSED".to_owned());
        let cell = ReadinessCell::new();
        cell.hear(Readiness::Ready);
        cell.hear(Readiness::Ready);
        cell.hear(paused.clone());
        assert!(cell.is_ready());
        cell.doubt().await;
        cell.correct(paused.clone());
        assert_eq!(cell.get(), paused);
    }
}
