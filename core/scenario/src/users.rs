//! What people do with the code on their phone.

use crate::chance::{Latency, Seed, Share, Stream};
use crate::read::{Kind, Table};
use crate::recipients::Device;
use crate::template::Button;
use crate::time::Span;

/// The behaviour of the people who asked for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Users {
    /// From the code on the phone to the code typed in, by hand or by copying.
    pub typing: Latency,
    /// The same where the code is filled in.
    pub autofill: Latency,
    /// The share of codes typed in wrongly; the person notices and types again, three times at most.
    pub wrong_code: Share,
    /// The share of people who never come back to type the code in.
    pub gives_up: Share,
}

/// What one person does with the code of one arrival.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// They never come back to type it in.
    GivesUp,
    /// They type it in, until they got it right or tried three times.
    Types(Attempts),
}

/// The attempts of one person to type a code in, in their order; one to three.
///
/// Every attempt but the last is mistyped. The third may be mistyped too, and is the last then.
#[derive(Clone, Debug)]
pub struct Attempts {
    stream: Stream,
    takes: Latency,
    wrong_code: Share,
    next: Option<u8>,
}

/// One attempt to type a code in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which one it is, counted from 1.
    pub number: u8,
    /// How long it takes: from the code on the phone, and from the answer to the attempt before.
    pub after: Span,
    /// Whether the person mistypes the code.
    pub mistyped: bool,
}

impl Users {
    /// Every field has a default, and every default is assumed: nobody has published one.
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        // Assumed: half a minute is long for six digits, and most people have them in ten seconds.
        let by_hand = Latency::assumed(Span::from_secs(8), Span::from_secs(30));
        // Assumed: a tap on the button, or none, and the app's own round trip.
        let filled_in = Latency::assumed(Span::from_millis(800), Span::from_secs(4));
        // Assumed: one in fifty mistypes, and three in a hundred have turned to something else.
        let (mistyped, left) = (Share::from_percent(2), Share::from_percent(3));
        let typing = table.section_or("typing", by_hand, Latency::read);
        let autofill = table.section_or("autofill", filled_in, Latency::read);
        let wrong_code = table.or("wrong-code", mistyped, &Kind::share());
        let gives_up = table.or("gives-up", left, &Kind::share());
        Some(Self { typing: typing?, autofill: autofill?, wrong_code: wrong_code?, gives_up: gives_up? })
    }

    /// What the person with the phone number `recipient` does with the code of this arrival.
    ///
    /// A real run and a rehearsal both ask here, which is why they agree. Where the code is
    /// `filled_in` by the phone, nobody mistypes it.
    #[must_use]
    pub fn plan(&self, seed: Seed, recipient: u64, arrival: u64, filled_in: bool) -> Behaviour {
        let mut stream = seed.stream("user", recipient, arrival);
        if stream.happens(self.gives_up) {
            return Behaviour::GivesUp;
        }
        let (takes, wrong_code) =
            if filled_in { (self.autofill, Share::NONE) } else { (self.typing, self.wrong_code) };
        Behaviour::Types(Attempts { stream, takes, wrong_code, next: Some(1) })
    }
}

impl Attempts {
    /// How often a person tries before they leave it.
    pub const MAX: u8 = 3;
}

impl Iterator for Attempts {
    type Item = Attempt;

    fn next(&mut self) -> Option<Attempt> {
        let number = self.next?;
        let after = self.stream.span(self.takes);
        let mistyped = self.stream.happens(self.wrong_code);
        self.next = (mistyped && number < Self::MAX).then(|| number + 1);
        Some(Attempt { number, after, mistyped })
    }
}

impl Button {
    /// Whether the phone fills the code in by itself, rather than its owner.
    // Source: Cloud API, "Authentication templates": one-tap and zero-tap need an Android phone
    // with the app, and fall back to copying the code everywhere else.
    #[must_use]
    pub fn fills_in(self, device: Device) -> bool {
        self != Self::CopyCode && device == Device::AndroidWithApp
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Behaviour, Users};
    use crate::chance::{Latency, Seed, Share};
    use crate::recipients::Device;
    use crate::template::Button;
    use crate::time::Span;

    /// Ten people, of whom this many percent mistype and give up: `-` gives up, `x` is mistyped,
    /// and `o` is right.
    #[track_caller]
    fn check(wrong: u32, gives_up: u32, filled_in: bool, expected: &Expect) {
        let latency = |secs| Latency::new(Span::from_secs(secs), Span::from_secs(secs)).expect("equal");
        let share = |percent: u32| Share::from_millionths(percent * 10_000).expect("a percentage");
        let users = Users {
            typing: latency(8),
            autofill: latency(1),
            wrong_code: share(wrong),
            gives_up: share(gives_up),
        };
        let people = (0..10).map(|recipient| match users.plan(Seed::new(42), recipient, 0, filled_in) {
            Behaviour::GivesUp => "-".to_owned(),
            Behaviour::Types(attempts) => attempts
                .map(|attempt| {
                    format!("{}{}", attempt.after.secs(), if attempt.mistyped { 'x' } else { 'o' })
                })
                .collect(),
        });
        expected.assert_eq(&people.collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn most_people_type_once() {
        check(0, 0, false, &expect!["8o 8o 8o 8o 8o 8o 8o 8o 8o 8o"]);
    }

    #[test]
    fn who_always_mistypes_leaves_it_after_the_third_attempt() {
        check(
            100,
            0,
            false,
            &expect!["8x8x8x 8x8x8x 8x8x8x 8x8x8x 8x8x8x 8x8x8x 8x8x8x 8x8x8x 8x8x8x 8x8x8x"],
        );
    }

    #[test]
    fn who_mistypes_types_again_until_it_is_right() {
        check(40, 20, false, &expect!["8x8o 8o 8o - - - 8o - - -"]);
    }

    #[test]
    fn a_code_that_is_filled_in_is_never_mistyped() {
        check(100, 0, true, &expect!["1o 1o 1o 1o 1o 1o 1o 1o 1o 1o"]);
    }

    #[test]
    fn only_android_with_the_app_fills_a_code_in() {
        let fills_in = |button: Button| {
            [Device::AndroidWithApp, Device::Android, Device::Ios].map(|device| button.fills_in(device))
        };
        assert_eq!(fills_in(Button::CopyCode), [false; 3]);
        assert_eq!(fills_in(Button::OneTap), [true, false, false]);
        assert_eq!(fills_in(Button::ZeroTap), [true, false, false]);
    }
}
