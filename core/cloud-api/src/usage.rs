//! The headers that tell an app how much of its limits it has used.

use std::fmt::Write as _;

use crate::id::WabaId;

/// How much of the limits of one hour is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The share of the limit, in percent; 100 and more is too much.
    pub percent: u32,
    /// In how many minutes there is room again; 0 where there is.
    pub regain_minutes: u32,
}

impl Usage {
    /// The value of `x-app-usage`.
    // Source: cloud-api.md 1.5. Assumed: time and processor time are used as calls are.
    #[must_use]
    pub fn app_header(self) -> String {
        let percent = self.percent;
        format!(r#"{{"call_count":{percent},"total_cputime":{percent},"total_time":{percent}}}"#)
    }

    /// The value of `x-business-use-case-usage` for an account.
    // Source: cloud-api.md 1.5. Assumed: messages use nothing of what this header tells.
    #[must_use]
    pub fn account_header(self, account: WabaId) -> String {
        let mut header = format!("{{\"{account}\":[");
        for (kind, usage) in [("whatsapp_business_management", self), ("whatsapp", Self::default())] {
            let comma = if kind == "whatsapp" { "," } else { "" };
            let Self { percent, regain_minutes } = usage;
            // Writing to a string cannot fail.
            let _infallible = write!(
                header,
                r#"{comma}{{"type":"{kind}","call_count":{percent},"total_cputime":{percent},"total_time":{percent},"estimated_time_to_regain_access":{regain_minutes}}}"#,
            );
        }
        header.push_str("]}");
        header
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::Usage;
    use crate::id::WabaId;

    #[test]
    fn usage_is_told_on_one_line() {
        let usage = Usage { percent: 101, regain_minutes: 7 };
        expect![[r#"{"call_count":101,"total_cputime":101,"total_time":101}"#]]
            .assert_eq(&usage.app_header());
        expect![[r#"{"9":[{"type":"whatsapp_business_management","call_count":101,"total_cputime":101,"total_time":101,"estimated_time_to_regain_access":7},{"type":"whatsapp","call_count":0,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0}]}"#]]
            .assert_eq(&usage.account_header(WabaId::new(9)));
    }
}
