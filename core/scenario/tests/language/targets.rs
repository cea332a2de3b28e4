//! A target is on this machine.

use expect_test::{Expect, expect};
use scenario::Scenario;

/// What becomes of each origin: itself, or `-` where load may not go there.
#[track_caller]
fn check_origin(origins: &[&str], expected: &Expect) {
    let read = |origin: &&str| {
        let text = format!(
            "about = 'a'\nseed = 1\n[traffic]\nphases = [{{ for = '1s', rate = '1/s' }}]\n[target]\nbase-url = '{origin}'"
        );
        let scenario = Scenario::parse("origin", &text);
        scenario.ok().and_then(|scenario| scenario.target.base_url).unwrap_or("-".to_owned())
    };
    expected.assert_eq(&origins.iter().map(read).collect::<Vec<_>>().join(" "));
}

#[test]
fn load_goes_to_loopback_only() {
    check_origin(
        &[
            "http://127.0.0.1:9000",
            "http://localhost/",
            "http://[::1]:80",
            "http://127.9.9.9:1",
            "http://[::1]",
        ],
        &expect!["http://127.0.0.1:9000 http://localhost http://[::1]:80 http://127.9.9.9:1 http://[::1]"],
    );
    check_origin(
        &[
            "https://127.0.0.1:9000",
            "http://example.com",
            "http://localhost.example.com:80",
            "http://127.0.0.1@example.com:80",
            "http://example.com:80@127.0.0.1",
            "http://10.0.0.1:9000",
            "http://127.0.0.1:0",
            "http://127.0.0.1:99999",
            "http://127.0.0.1:+80",
            "http://127.1:80",
            "http://0.0.0.0:80",
            "http://[::ffff:127.0.0.1]:80",
            "http://127.0.0.1:9000/api",
            "http://",
            "127.0.0.1:9000",
        ],
        &expect!["- - - - - - - - - - - - - - -"],
    );
}
