//! Who said STOP, and who said START after that.

use std::collections::HashMap;

use cloud_api::Recipient;

use crate::expiring::Full;

/// What a person asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// No more messages.
    Stop,
    /// Messages again.
    Start,
}

/// The last wishes of some people.
///
/// A wish does not expire, because consent withdrawn is not given back by the passing of time.
pub(crate) struct OptOuts {
    wishes: HashMap<Recipient, (u64, Wish)>,
    stopped: usize,
    capacity: usize,
}

impl Wish {
    /// The wish that a text message expresses, if it is one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("stop") {
            Some(Self::Stop)
        } else if text.eq_ignore_ascii_case("start") {
            Some(Self::Start)
        } else {
            None
        }
    }
}

impl OptOuts {
    /// Remembers at most `capacity` people.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { wishes: HashMap::new(), stopped: 0, capacity }
    }

    /// Notes a wish, unless a later one is known: webhooks repeat and overtake each other.
    ///
    /// `seconds` is when the person wrote, in unix seconds. Of two wishes in one second STOP holds.
    pub(crate) fn record(&mut self, recipient: Recipient, seconds: u64, wish: Wish) -> Result<(), Full> {
        let earlier = self.wishes.get(&recipient).copied();
        if earlier.is_none() && self.wishes.len() >= self.capacity {
            return Err(Full);
        }
        let is_newer = earlier.is_none_or(|(before, _)| before < seconds);
        let is_stop_at_once = earlier.is_some_and(|(before, _)| before == seconds) && wish == Wish::Stop;
        if is_newer || is_stop_at_once {
            let was_stopped = earlier.is_some_and(|(_, wish)| wish == Wish::Stop);
            self.stopped = self.stopped + usize::from(wish == Wish::Stop) - usize::from(was_stopped);
            self.wishes.insert(recipient, (seconds, wish));
        }
        Ok(())
    }

    /// Whether the person wants no messages.
    pub(crate) fn is_stopped(&self, recipient: Recipient) -> bool {
        self.wishes.get(&recipient).is_some_and(|(_, wish)| *wish == Wish::Stop)
    }

    /// How many people want no messages.
    pub(crate) fn stopped(&self) -> usize {
        self.stopped
    }
}

#[cfg(test)]
mod tests {
    use super::{Full, OptOuts, Wish};

    /// Plays `(seconds, text)` in order and tells whether the person has stopped.
    #[track_caller]
    fn check(said: &[(u64, &str)], is_stopped: bool) {
        let recipient = "16505551234".parse().unwrap();
        let mut opt_outs = OptOuts::new(1);
        for (seconds, text) in said {
            if let Some(wish) = Wish::read(text) {
                opt_outs.record(recipient, *seconds, wish).unwrap();
            }
        }
        assert_eq!(opt_outs.is_stopped(recipient), is_stopped, "{said:?}");
        assert_eq!(opt_outs.stopped(), usize::from(is_stopped));
    }

    #[test]
    fn stop_and_start_are_read_in_any_case_and_trimmed() {
        check(&[(1, " Stop\n")], true);
        check(&[(1, "STOP"), (2, "start ")], false);
        check(&[(1, "please stop")], false);
        check(&[], false);
    }

    #[test]
    fn the_last_wish_holds_in_whatever_order_it_arrives() {
        check(&[(2, "START"), (1, "STOP")], false);
        check(&[(1, "STOP"), (2, "START"), (1, "STOP")], false);
        check(&[(3, "STOP"), (2, "START"), (2, "START")], true);
        check(&[(1, "START"), (1, "STOP"), (1, "START")], true);
    }

    #[test]
    fn a_full_list_says_so_instead_of_forgetting() {
        let mut opt_outs = OptOuts::new(1);
        assert_eq!(opt_outs.record("16505551234".parse().unwrap(), 1, Wish::Stop), Ok(()));
        assert_eq!(opt_outs.record("16505551235".parse().unwrap(), 1, Wish::Stop), Err(Full));
        assert!(opt_outs.is_stopped("16505551234".parse().unwrap()));
    }
}
