//! A service under test, a simulated Meta inside of the test, and ten minutes that pass at once.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use mock_server::cloud_api::AuthenticationTemplate;
use mock_server::cloud_sim::authentication_template;
use mock_server::scenario::{Scenario, Span};
use mock_server::{Count, MockServer, RequestMatch, Setup, Until};

fn main() -> Result<(), Box<dyn Error>> {
    let meta = Setup::default().frozen().start()?;
    let template: AuthenticationTemplate = authentication_template(&Scenario::plain().template);
    meta.create_template(template.clone())?;

    send_code(&meta, template.name.as_str(), template.language.code(), "482913")?;
    meta.turn(Until::After(Span::from_secs(600))).wait();

    let code = meta.wait_for_code("+1 650 555 1234", Duration::ZERO)?.wait();
    println!("on the phone: {}", code.as_ref().map_or("nothing", |code| code.expose()));
    for received in meta.inbox("16505551234")? {
        println!("{}\n{:?}", received.screen.body, received.screen.buttons);
    }
    let sends = RequestMatch { path: Some("*/messages".to_owned()), ..RequestMatch::default() };
    let verdict = meta.verify(&sends, Count::exactly(1));
    println!("exactly one send: {}", verdict.is_met);
    Ok(())
}

/// What the service under test does, with whatever client it has.
fn send_code(meta: &MockServer, name: &str, language: &str, code: &str) -> Result<(), Box<dyn Error>> {
    let parameters = format!(r#""parameters":[{{"type":"text","text":"{code}"}}]"#);
    let body = format!(
        r#"{{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{{
            "name":"{name}","language":{{"code":"{language}"}},"components":[
            {{"type":"body",{parameters}}},
            {{"type":"button","sub_type":"url","index":"0",{parameters}}}]}}}}"#
    );
    let mut stream = TcpStream::connect(meta.address())?;
    write!(
        stream,
        "POST /v23.0/{}/messages HTTP/1.1\r\nhost: meta\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        meta.phone_number_id(),
        meta.token().expose(),
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    println!("{}", answer.lines().next().unwrap_or_default());
    Ok(())
}
