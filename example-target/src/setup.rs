//! What has to happen before the first code can be sent.

use std::sync::Arc;

use thiserror::Error;

use crate::graph_error::GraphError;
use crate::readiness::Readiness;
use crate::service::OtpService;
use crate::template::FoundTemplate;

/// One of the things to do, in their order.
#[derive(Clone, Copy)]
enum Step {
    /// Tell Meta where webhooks go.
    Callback,
    /// Let the app hear about the account.
    Account,
    /// Find the template, or create it.
    Template,
}

/// The step that failed, and why.
#[derive(Debug, Error)]
#[error("{step}: {source}")]
struct SetupError {
    step: &'static str,
    source: GraphError,
}

/// Subscribes the callback, sees to the template, and follows its fate for as long as the service runs.
pub(crate) async fn run(service: Arc<OtpService>) {
    if let Err(error) = set_up(&service).await
        && !service.is_closing()
    {
        service.readiness.advance(Readiness::SetupFailed(error.to_string()));
    }
    follow_template(&service).await;
}

async fn set_up(service: &OtpService) -> Result<(), SetupError> {
    for step in [Step::Callback, Step::Account, Step::Template] {
        let reached = patiently(service, step).await?;
        service.readiness.advance(reached);
    }
    Ok(())
}

impl Step {
    /// What fails when the step does.
    fn name(self) -> &'static str {
        match self {
            Self::Callback => "subscribing the callback",
            Self::Account => "subscribing the account",
            Self::Template => "seeing to the template",
        }
    }

    /// Takes the step once, and tells where the service stands then.
    async fn take(self, service: &OtpService) -> Result<Readiness, GraphError> {
        match self {
            Self::Callback => service.graph.subscribe_callback().await.map(|()| Readiness::Starting),
            Self::Account => service.graph.subscribe_account().await.map(|()| Readiness::Subscribed),
            Self::Template => see_to_template(service).await.map(|found| found.readiness()),
        }
    }
}

/// Finds the template, or creates it.
///
/// Looking comes first at every attempt, because a creation that timed out may have been done.
async fn see_to_template(service: &OtpService) -> Result<FoundTemplate, GraphError> {
    match service.graph.find_template().await? {
        Some(found) => Ok(found),
        None => service.graph.create_template().await,
    }
}

/// Asks Meta about the template whenever there is a doubt, and now and then while nothing is decided,
/// in case the webhook about it is lost.
async fn follow_template(service: &OtpService) {
    let readiness = &service.readiness;
    let mut is_open = !readiness.get().is_settled();
    while !service.is_closing() {
        tokio::select! {
            () = service.rest(service.config.limits.review_poll), if is_open => {}
            () = readiness.doubt() => {}
            () = service.closed() => return,
        }
        match service.graph.find_template().await {
            Ok(Some(found)) => readiness.correct(found.readiness()),
            Ok(None) if readiness.get().is_settled() => {
                readiness.correct(Readiness::TemplateRejected("DELETED".to_owned()));
            }
            Ok(None) => {}
            // A failure says nothing about the template.
            Err(_) => {
                is_open = true;
                continue;
            }
        }
        is_open = !readiness.get().is_settled();
    }
}

/// Takes a step, again for as long as that can help and as often as the configuration allows.
async fn patiently(service: &OtpService, step: Step) -> Result<Readiness, SetupError> {
    let mut attempts = 1;
    loop {
        let source = match step.take(service).await {
            Ok(reached) => return Ok(reached),
            Err(source) => source,
        };
        match source.pause() {
            Some(pause) if attempts < service.config.backoff.attempts_max && !service.is_closing() => {
                service.wait(attempts, pause).await;
            }
            _ => return Err(SetupError { step: step.name(), source }),
        }
        attempts += 1;
    }
}
