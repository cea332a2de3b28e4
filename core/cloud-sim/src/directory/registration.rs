//! Numbers are added, verified, registered and deregistered.

use std::sync::Arc;

use cloud_api::account::word::{
    CodeVerification, NameStatus, NumberStatus, Quality, Region, Restriction, ThroughputLevel, Verification,
};
use cloud_api::account::{NewNumber, NumberUpdate, RegisterRequest, RequestedName};
use cloud_api::refusal::AccountRefusal;
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::account::{NumberQualityEvent, SecurityEvent, SecurityUpdate};
use cloud_api::{PhoneNumberId, Pin, Refusal, WabaId};
use scenario::{Elapsed, Span};

use super::{Directory, Founding, Number};
use crate::notice::Notice;
use crate::world::World;

/// How many numbers a portfolio may have before and after it is verified.
// Source: cloud-api.md §5.2.
const NUMBERS_MAX: usize = 2;
const NUMBERS_MAX_VERIFIED: usize = 20;

/// How often a number may be registered and deregistered, and in which time.
// Source: cloud-api.md §5.2.
const CHANGES_MAX: usize = 10;
const CHANGES_WITHIN: Span = Span::from_secs(72 * 3_600);

/// How long to wait before another code can be asked for, and how long a code is good.
// Assumed: a minute; the OpenAPI file says that a code is typically good for ten minutes, and once.
const CODE_AGAIN_AFTER: Span = Span::from_secs(60);
const CODE_GOOD_FOR: Span = Span::from_secs(600);
const CODE_GUESSES_MAX: u8 = 5;

/// How often a pin may be guessed wrongly, how fast, and how long no guess is taken afterwards.
// Source: cloud-api.md §5.2 for the errors. Assumed: the figures.
const PIN_GUESSES_MAX: u8 = 5;
const PIN_AGAIN_AFTER: Span = Span::from_secs(5);
const PIN_CLOSED_FOR: Span = Span::from_secs(3_600);

/// What a number's registration remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Registration {
    /// The code that was sent last to show whose the number is, until it is used.
    pub code: Option<IssuedCode>,
    /// Where its messages are kept.
    pub region: Option<Region>,
    #[serde(with = "saved_pin")]
    pin: Option<Pin>,
    wrong_pins: u8,
    wrong_pin_at: Option<Elapsed>,
    changes: Vec<Elapsed>,
}

/// A code that was sent to show whose a number is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IssuedCode {
    /// The code.
    #[serde(with = "cloud_api::secret::exposed")]
    pub code: Pin,
    /// When it was sent.
    pub at: Elapsed,
    wrong_guesses: u8,
}

/// A pin as it is saved.
mod saved_pin {
    use cloud_api::Pin;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Saved(#[serde(with = "cloud_api::secret::exposed")] Pin);

    pub(super) fn serialize<S: Serializer>(pin: &Option<Pin>, serializer: S) -> Result<S::Ok, S::Error> {
        pin.clone().map(Saved).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Pin>, D::Error> {
        Option::<Saved>::deserialize(deserializer).map(|saved| saved.map(|saved| saved.0))
    }
}

impl Directory {
    /// Adds a number to an account, unverified and with its name under review.
    ///
    /// # Errors
    ///
    /// When there is no such account, it may not add numbers, or the number exists already.
    pub fn add_number(
        &mut self,
        now: Elapsed,
        world: &World,
        account: WabaId,
        new: &NewNumber,
    ) -> Result<PhoneNumberId, Refusal> {
        let unix = world.unix_secs(now);
        let owner = self.account(account).ok_or(Refusal::ApiUnknown)?;
        if owner.standing.has(Restriction::AddPhoneNumberAction, unix) {
            return Err(Refusal::PolicyViolated);
        }
        let portfolio = owner.portfolio;
        let numbers_max = self.numbers_max(account);
        let is_kin = |id| self.account(id).is_some_and(|known| known.portfolio == portfolio);
        if self.numbers.iter().filter(|number| is_kin(number.account)).count() >= numbers_max {
            return Err(AccountRefusal::TooManyNumbers { numbers_max }.into());
        }
        if self.is_number_taken(new.display) {
            return Err(AccountRefusal::NumberTaken.into());
        }
        let founding = Founding { seed: world.seed, now_unix: unix };
        let id = PhoneNumberId::new(self.free_id(founding));
        let mut number = Number::new(id, account, new.display, self.reach_of(portfolio));
        let record = &mut number.record;
        record.verified_name.clone_from(&new.verified_name);
        record.name_status = NameStatus::PendingReview;
        record.code_verification = CodeVerification::NotVerified;
        record.status = NumberStatus::Unverified;
        record.quality = Quality::Unknown;
        record.level = ThroughputLevel::Standard;
        record.created = unix;
        number.name_due = Some(now + world.meta.review.takes);
        self.numbers.push(Arc::new(number));
        self.renew_reach(portfolio);
        Ok(id)
    }

    /// How many numbers the portfolio of an account may have.
    #[must_use]
    pub fn numbers_max(&self, account: WabaId) -> usize {
        let portfolio = self.account(account).and_then(|account| self.portfolio(account.portfolio));
        match portfolio.map(|portfolio| portfolio.verification) {
            Some(Verification::Verified) => NUMBERS_MAX_VERIFIED,
            _ => NUMBERS_MAX,
        }
    }

    /// Sends the code that shows whose a number is.
    ///
    /// # Errors
    ///
    /// When there is no such number, it is verified already, or a code was sent a moment ago.
    pub fn request_code(&mut self, now: Elapsed, world: &World, id: PhoneNumberId) -> Result<(), Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        if number.record.code_verification == CodeVerification::Verified {
            return Err(AccountRefusal::AlreadyVerified.into());
        }
        if let Some(last) = &number.registration.code {
            let waited = now.since(last.at);
            if waited < CODE_AGAIN_AFTER {
                let wait = CODE_AGAIN_AFTER.micros() - waited.micros();
                let wait_secs = wait.div_ceil(1_000_000);
                return Err(AccountRefusal::CodeTooSoon { wait_secs }.into());
            }
        }
        let drawn = world.seed.stream("verification code", id.number(), now.micros()).below(1_000_000);
        let code = format!("{drawn:06}").parse().expect("a number below a million has six digits");
        number.registration.code = Some(IssuedCode { code, at: now, wrong_guesses: 0 });
        Ok(())
    }

    /// Checks the code that shows whose a number is.
    ///
    /// # Errors
    ///
    /// When there is no such number, or the code is wrong, too old or was guessed too often.
    pub fn verify_code(&mut self, now: Elapsed, id: PhoneNumberId, code: &Pin) -> Result<(), Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        let issued = number.registration.code.as_mut();
        let issued = issued.filter(|issued| now.since(issued.at) <= CODE_GOOD_FOR);
        let issued = issued.ok_or(AccountRefusal::NoCode)?;
        if issued.wrong_guesses >= CODE_GUESSES_MAX {
            return Err(AccountRefusal::TooManyCodeGuesses.into());
        }
        if issued.code != *code {
            issued.wrong_guesses += 1;
            return Err(AccountRefusal::WrongCode.into());
        }
        number.registration.code = None;
        number.record.code_verification = CodeVerification::Verified;
        if number.record.status == NumberStatus::Unverified {
            number.record.status = NumberStatus::Pending;
        }
        Ok(())
    }

    /// Registers a number, which can send from then on.
    ///
    /// The pin is set where there was none, and must be the same where there was one.
    ///
    /// # Errors
    ///
    /// When there is no such number, it is not verified, its pin is another, or it was registered
    /// too often.
    pub fn register(
        &mut self,
        now: Elapsed,
        unix: u64,
        id: PhoneNumberId,
        request: &RegisterRequest,
    ) -> Result<Vec<Notice>, Refusal> {
        let account = self.number(id).ok_or(Refusal::ApiUnknown)?.account;
        let tier = self.tier(account);
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        if number.record.code_verification != CodeVerification::Verified {
            return Err(AccountRefusal::NotVerified.into());
        }
        let registration = &mut number.registration;
        registration.check_pin(now, &request.pin)?;
        registration.count_change(now)?;
        registration.pin = Some(request.pin.clone());
        registration.region = request.region.or(registration.region);
        let record = &mut number.record;
        record.is_pin_enabled = true;
        record.onboarded = Some(unix);
        if record.status.is_registered() {
            return Ok(Vec::new());
        }
        record.status = NumberStatus::Connected;
        // Source: cloud-api.md §6.6: ONBOARDING.
        let change = number.standing(NumberQualityEvent::Onboarding, tier);
        Ok(vec![Notice { account, at: now, change }])
    }

    /// Deregisters a number, which cannot send from then on; its pin stays.
    ///
    /// # Errors
    ///
    /// When there is no such number, it is not registered, or was deregistered too often.
    // Assumed: a number that is used in the WhatsApp Business app too cannot be deregistered.
    pub fn deregister(&mut self, now: Elapsed, id: PhoneNumberId) -> Result<(), Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        if !number.record.status.is_registered() || number.record.is_on_app {
            return Err(AccountRefusal::NotDeregistrable.into());
        }
        number.registration.count_change(now)?;
        number.record.status = NumberStatus::Disconnected;
        Ok(())
    }

    /// Changes the pin of a number, or asks for another name of it.
    ///
    /// # Errors
    ///
    /// When there is no such number.
    pub fn update_number(
        &mut self,
        now: Elapsed,
        world: &World,
        id: PhoneNumberId,
        update: &NumberUpdate,
    ) -> Result<Vec<Notice>, Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        let mut notices = Vec::new();
        if let Some(pin) = &update.pin {
            number.registration.pin = Some(pin.clone());
            number.record.is_pin_enabled = true;
            // Source: cloud-api.md §6.6. Assumed: who changed it is not told.
            let event = SecurityEvent::PinChanged;
            let change =
                AccountChange::Security(SecurityUpdate { number: number.display, event, requester: None });
            notices.push(Notice { account: number.account, at: now, change });
        }
        if let Some(name) = &update.new_display_name {
            let status = NameStatus::PendingReview;
            number.record.requested_name = Some(RequestedName { name: name.clone(), status });
            number.name_due = Some(now + world.meta.review.takes);
        }
        Ok(notices)
    }

    /// The number with this id, to be changed; who holds the old one goes on seeing it as it was.
    pub(super) fn number_mut(&mut self, id: PhoneNumberId) -> Option<&mut Number> {
        self.numbers.iter_mut().find(|number| number.id == id).map(Arc::make_mut)
    }
}

impl Registration {
    fn check_pin(&mut self, now: Elapsed, pin: &Pin) -> Result<(), Refusal> {
        let Some(known) = &self.pin else { return Ok(()) };
        if let Some(last) = self.wrong_pin_at {
            let waited = now.since(last);
            if self.wrong_pins >= PIN_GUESSES_MAX {
                if waited < PIN_CLOSED_FOR {
                    return Err(AccountRefusal::TooManyPinGuesses.into());
                }
                self.wrong_pins = 0;
            } else if waited < PIN_AGAIN_AFTER {
                return Err(AccountRefusal::PinTooFast.into());
            }
        }
        if known != pin {
            self.wrong_pins += 1;
            self.wrong_pin_at = Some(now);
            return Err(AccountRefusal::PinMismatch.into());
        }
        self.wrong_pins = 0;
        self.wrong_pin_at = None;
        Ok(())
    }

    fn count_change(&mut self, now: Elapsed) -> Result<(), Refusal> {
        self.changes.retain(|at| now.since(*at) < CHANGES_WITHIN);
        if self.changes.len() >= CHANGES_MAX {
            return Err(AccountRefusal::TooManyRegistrations.into());
        }
        self.changes.push(now);
        Ok(())
    }
}
