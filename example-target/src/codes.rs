//! The codes that people were sent: issued, typed back, expired, handed over.

use std::time::{Duration, Instant};

use cloud_api::{OtpCode, Recipient};

use crate::expiring::{Expiring, Full};
use crate::request_id::RequestId;

/// What governs codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeRules {
    /// How long a code is good for.
    pub(crate) lifetime: Duration,
    /// How many wrong codes hand a case over to a person.
    pub(crate) wrong_max: u8,
    /// How long a case stays with a person.
    pub(crate) hand_over: Duration,
}

/// The codes of some recipients.
pub(crate) struct CodeBook {
    pending: Expiring<Recipient, Pending>,
    handed_over: Expiring<Recipient, HandOver>,
    capacity: usize,
    wrong_max: u8,
}

struct Pending {
    code: OtpCode,
    request: RequestId,
    wrong: u8,
}

/// The record that a person takes care of a recipient now.
struct HandOver;

/// Why no code was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssueError {
    /// A person takes care of the recipient.
    HandedOver,
    /// As many cases are open as there may be.
    Full,
}

/// What a code that was typed in turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The right one; it will not be right again.
    Right,
    /// A wrong one.
    Wrong {
        /// How many more may be typed in.
        attempts_left: u8,
    },
    /// One too many, or one after that.
    HandedOver,
    /// There is no code: never asked for, used, or expired.
    Gone,
}

impl CodeBook {
    /// An empty book of at most `capacity` open cases.
    pub(crate) fn new(capacity: usize, rules: CodeRules) -> Self {
        Self {
            pending: Expiring::new(capacity, rules.lifetime),
            handed_over: Expiring::new(capacity, rules.hand_over),
            capacity,
            wrong_max: rules.wrong_max,
        }
    }

    /// Makes `code` the one valid code of its recipient.
    ///
    /// A new code does not forgive wrong attempts at an older one that has not expired: otherwise
    /// whoever can ask can guess without end.
    pub(crate) fn issue(
        &mut self,
        now: Instant,
        recipient: Recipient,
        (code, request): (OtpCode, RequestId),
    ) -> Result<(), IssueError> {
        if self.handed_over.get_mut(now, &recipient).is_some() {
            return Err(IssueError::HandedOver);
        }
        let earlier = self.pending.get_mut(now, &recipient).map(|pending| pending.wrong);
        if earlier.is_none() && self.open_cases(now) >= self.capacity {
            return Err(IssueError::Full);
        }
        let pending = Pending { code, request, wrong: earlier.unwrap_or(0) };
        self.pending.insert(now, recipient, pending).map_err(|Full| IssueError::Full)
    }

    /// Judges a code that was typed in.
    pub(crate) fn verify(&mut self, now: Instant, recipient: Recipient, typed: &OtpCode) -> Verdict {
        if self.handed_over.get_mut(now, &recipient).is_some() {
            return Verdict::HandedOver;
        }
        let Some(pending) = self.pending.get_mut(now, &recipient) else { return Verdict::Gone };
        if pending.code == *typed {
            self.pending.remove(&recipient);
            return Verdict::Right;
        }
        pending.wrong += 1;
        if pending.wrong < self.wrong_max {
            return Verdict::Wrong { attempts_left: self.wrong_max - pending.wrong };
        }
        self.pending.remove(&recipient);
        self.handed_over
            .insert(now, recipient, HandOver)
            .expect("a case is one place, pending or handed over");
        Verdict::HandedOver
    }

    /// Takes back a code that could not be sent, unless a newer one has taken its place.
    pub(crate) fn withdraw(&mut self, now: Instant, recipient: Recipient, request: RequestId) {
        if self.is_current(now, recipient, request) {
            self.pending.remove(&recipient);
        }
    }

    /// Whether the code of that request is still the one to be typed in.
    pub(crate) fn is_current(&mut self, now: Instant, recipient: Recipient, request: RequestId) -> bool {
        self.pending.get_mut(now, &recipient).is_some_and(|pending| pending.request == request)
    }

    /// How many codes wait to be typed in.
    pub(crate) fn pending(&mut self, now: Instant) -> usize {
        self.pending.len(now)
    }

    /// How many cases are with a person.
    pub(crate) fn handed_over(&mut self, now: Instant) -> usize {
        self.handed_over.len(now)
    }

    fn open_cases(&mut self, now: Instant) -> usize {
        self.pending.len(now) + self.handed_over.len(now)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use cloud_api::Recipient;
    use expect_test::{Expect, expect};

    use super::{CodeBook, CodeRules};
    use crate::request_id::RequestId;

    const RULES: CodeRules =
        CodeRules { lifetime: Duration::from_secs(600), wrong_max: 3, hand_over: Duration::from_secs(3_600) };

    /// Plays `seconds ask|type|withdraw|current recipient code-or-request` lines and shows the answers.
    #[track_caller]
    fn check(script: &str, expected: Expect) {
        let start = Instant::now();
        let mut book = CodeBook::new(2, RULES);
        let mut requests = 0;
        let answers: Vec<String> = script
            .lines()
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let [seconds, verb, recipient, argument] = words[..] else { panic!("four words: {line}") };
                let now = start + Duration::from_secs(seconds.parse().unwrap());
                let recipient: Recipient = format!("1650555{recipient}").parse().unwrap();
                let request = || RequestId::new(argument.parse().unwrap());
                let answer = match verb {
                    "ask" => {
                        requests += 1;
                        let issued = (argument.parse().unwrap(), RequestId::new(requests));
                        format!("{:?}", book.issue(now, recipient, issued))
                    }
                    "type" => format!("{:?}", book.verify(now, recipient, &argument.parse().unwrap())),
                    "withdraw" => format!("{:?}", book.withdraw(now, recipient, request())),
                    "current" => format!("{:?}", book.is_current(now, recipient, request())),
                    _ => panic!("no such verb: {verb}"),
                };
                format!("{line}: {answer}")
            })
            .collect();
        expected.assert_eq(&answers.join("\n"));
    }

    #[test]
    fn a_right_code_works_once() {
        check(
            "0 ask 0001 123456\n5 type 0001 123456\n6 type 0001 123456",
            expect![[r#"
                0 ask 0001 123456: Ok(())
                5 type 0001 123456: Right
                6 type 0001 123456: Gone"#]],
        );
    }

    #[test]
    fn three_wrong_codes_hand_over_to_a_person_for_a_while() {
        check(
            "0 ask 0001 123456\n1 type 0001 000000\n2 type 0001 1\n3 type 0001 222222\n\
             4 type 0001 123456\n5 ask 0001 333333\n3602 ask 0001 444444\n3603 ask 0001 444444",
            expect![[r#"
                0 ask 0001 123456: Ok(())
                1 type 0001 000000: Wrong { attempts_left: 2 }
                2 type 0001 1: Wrong { attempts_left: 1 }
                3 type 0001 222222: HandedOver
                4 type 0001 123456: HandedOver
                5 ask 0001 333333: Err(HandedOver)
                3602 ask 0001 444444: Err(HandedOver)
                3603 ask 0001 444444: Ok(())"#]],
        );
    }

    #[test]
    fn a_code_expires_to_the_second() {
        check(
            "0 ask 0001 123456\n0 ask 0002 123456\n599 type 0001 123456\n600 type 0002 123456",
            expect![[r#"
                0 ask 0001 123456: Ok(())
                0 ask 0002 123456: Ok(())
                599 type 0001 123456: Right
                600 type 0002 123456: Gone"#]],
        );
    }

    #[test]
    fn only_the_newest_code_is_valid_and_it_does_not_forgive() {
        check(
            "0 ask 0001 111111\n1 type 0001 999999\n2 ask 0001 222222\n3 type 0001 111111\n\
             4 current 0001 1\n4 current 0001 2\n5 type 0001 222222",
            expect![[r#"
                0 ask 0001 111111: Ok(())
                1 type 0001 999999: Wrong { attempts_left: 2 }
                2 ask 0001 222222: Ok(())
                3 type 0001 111111: Wrong { attempts_left: 1 }
                4 current 0001 1: false
                4 current 0001 2: true
                5 type 0001 222222: Right"#]],
        );
    }

    #[test]
    fn a_withdrawal_never_takes_back_a_newer_code() {
        check(
            "0 ask 0001 111111\n1 ask 0001 222222\n2 withdraw 0001 1\n3 current 0001 2\n\
             4 withdraw 0001 2\n5 type 0001 222222",
            expect![[r#"
                0 ask 0001 111111: Ok(())
                1 ask 0001 222222: Ok(())
                2 withdraw 0001 1: ()
                3 current 0001 2: true
                4 withdraw 0001 2: ()
                5 type 0001 222222: Gone"#]],
        );
    }

    #[test]
    fn a_full_book_serves_those_it_knows_and_refuses_others_until_room_is_made() {
        check(
            "0 ask 0001 111111\n0 ask 0002 222222\n1 ask 0003 333333\n1 ask 0002 444444\n\
             2 type 0002 444444\n3 ask 0003 333333\n4 type 0003 1\n4 type 0003 1\n4 type 0003 1\n5 ask 0002 5",
            expect![[r#"
                0 ask 0001 111111: Ok(())
                0 ask 0002 222222: Ok(())
                1 ask 0003 333333: Err(Full)
                1 ask 0002 444444: Ok(())
                2 type 0002 444444: Right
                3 ask 0003 333333: Ok(())
                4 type 0003 1: Wrong { attempts_left: 2 }
                4 type 0003 1: Wrong { attempts_left: 1 }
                4 type 0003 1: HandedOver
                5 ask 0002 5: Err(Full)"#]],
        );
    }
}
