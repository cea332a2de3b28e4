//! Who exists in a simulated Meta alone, and who may turn its time and read its phones.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use cloud_api::AccessToken;
use cloud_sim::{Directory, Founding, Tenant};
use scenario::{Mode, Tenants, UnknownTemplates};

/// Who exists in a simulated Meta alone, and who may use its control API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessOptions {
    /// The file that declares the tenants; without it there is one, with the ids of Meta's samples.
    pub tenants: Option<PathBuf>,
    /// What becomes of ids and tokens that nobody declared, whatever the file says.
    ///
    /// Without either they come into being where there is no file, and are refused where there is.
    pub mode: Option<Mode>,
    /// The hosts outside of this machine to which webhooks may go, besides the file's.
    pub webhook_hosts: Vec<String>,
    /// What requests to the control API must show.
    pub control_token: Option<AccessToken>,
}

impl AccessOptions {
    /// Takes one option of a command line; `false` where there is none of that name.
    ///
    /// # Errors
    ///
    /// What is wrong with the value, as a clause.
    pub fn take(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            "--tenants" => self.tenants = Some(PathBuf::from(value)),
            "--mode" => self.mode = Some(mode(value)?),
            "--webhook-allow" => self.webhook_hosts.push(value.to_owned()),
            "--control-token" | "--control-token-file" if self.control_token.is_some() => {
                return Err(format!("`{name}` is given, but must be the only option that says the token"));
            }
            "--control-token" if value.is_empty() => {
                return Err("`--control-token` is empty, but must be what requests are to show".to_owned());
            }
            "--control-token" => self.control_token = Some(AccessToken::new(value)),
            "--control-token-file" => self.control_token = Some(control_token(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Everybody who exists from the start.
    pub(crate) fn directory(&self, founding: Founding) -> io::Result<Directory> {
        if let Some(host) = self.webhook_hosts.iter().find(|host| !Tenants::is_webhook_host(host)) {
            let rule = "must be a host without scheme, port and path, such as hooks.example.org";
            let text = format!("`--webhook-allow` is `{host}`, but {rule}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let mut tenants = match &self.tenants {
            Some(path) => {
                let invalid = |what: String| {
                    let text = format!("the tenants file {} cannot be used\n{what}", path.display());
                    io::Error::new(io::ErrorKind::InvalidInput, text)
                };
                let text = fs::read_to_string(path).map_err(|error| invalid(error.to_string()))?;
                Tenants::parse(&text).map_err(|mistakes| invalid(mistakes.to_string()))?
            }
            None => {
                let mode = Mode::Easy { templates: UnknownTemplates::Refused };
                Tenants { mode, ..Tenants::only(Tenant::sample().into()) }
            }
        };
        tenants.mode = self.mode.unwrap_or(tenants.mode);
        tenants.webhook_hosts.extend(self.webhook_hosts.iter().cloned());
        Directory::declared(&tenants, founding)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
    }
}

/// Reads the token of the control API that stands in a file, as secrets are handed to containers.
///
/// # Errors
///
/// When the file cannot be read, or is empty.
pub fn control_token(path: &str) -> Result<AccessToken, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    match text.trim() {
        "" => Err(format!("{path} is empty, but must hold what requests to the control API are to show")),
        token => Ok(AccessToken::new(token)),
    }
}

/// Reads a mode of the command line.
///
/// # Errors
///
/// When it is none.
pub fn mode(word: &str) -> Result<Mode, String> {
    match word {
        "strict" => Ok(Mode::Strict),
        "easy" => Ok(Mode::Easy { templates: UnknownTemplates::Refused }),
        "easy-templates" => Ok(Mode::Easy { templates: UnknownTemplates::Approved }),
        _ => Err(format!("`--mode` is `{word}`, but must be `strict`, `easy` or `easy-templates`")),
    }
}

/// Refuses to open the control API to others than this machine where nothing guards it.
pub(crate) fn guard(addresses: &[SocketAddr], token: Option<&AccessToken>) -> io::Result<()> {
    let Some(open) = addresses.iter().find(|address| !address.ip().is_loopback()) else { return Ok(()) };
    if token.is_some() {
        return Ok(());
    }
    let text = format!(
        "{open} can be reached from outside of this machine, where anybody could use the control API: \
         listen on 127.0.0.1, or give `--control-token` what its requests must show",
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

#[cfg(test)]
mod tests {
    use cloud_api::AccessToken;
    use cloud_sim::Founding;
    use expect_test::{Expect, expect};
    use scenario::{Mode, Seed};

    use super::{AccessOptions, guard};

    const FOUNDING: Founding = Founding { seed: Seed::new(1), now_unix: 0 };

    /// Takes options of a command line, and tells what became of them.
    #[track_caller]
    fn check(words: &[&str], expected: Expect) {
        let mut options = AccessOptions::default();
        let taken = words.chunks_exact(2).find_map(|pair| options.take(pair[0], pair[1]).err());
        let told = match taken {
            Some(mistake) => mistake,
            None => match options.directory(FOUNDING) {
                Ok(directory) => format!("{:?}, {}", directory.mode(), directory.webhook_hosts().join(" ")),
                Err(error) => error.to_string(),
            },
        };
        expected.assert_eq(&told);
    }

    #[test]
    fn without_a_file_everything_comes_into_being_unless_it_is_said_otherwise() {
        check(&[], expect!["Easy { templates: Refused }, "]);
        check(
            &["--mode", "strict", "--webhook-allow", "hooks.example.org"],
            expect!["Strict, hooks.example.org"],
        );
        check(&["--mode", "easy-templates"], expect!["Easy { templates: Approved }, "]);
    }

    #[test]
    fn what_is_wrong_with_an_option_is_told() {
        check(
            &["--mode", "lax"],
            expect!["`--mode` is `lax`, but must be `strict`, `easy` or `easy-templates`"],
        );
        check(
            &["--control-token", ""],
            expect!["`--control-token` is empty, but must be what requests are to show"],
        );
        check(
            &["--control-token", "opens", "--control-token-file", "token.txt"],
            expect!["`--control-token-file` is given, but must be the only option that says the token"],
        );
        check(
            &["--webhook-allow", "https://hooks.example.org/whatsapp"],
            expect![
                "`--webhook-allow` is `https://hooks.example.org/whatsapp`, but must be a host without scheme, port and path, such as hooks.example.org"
            ],
        );
        assert_eq!(AccessOptions::default().take("--colour", "red"), Ok(false));
    }

    #[test]
    fn every_mistake_of_a_tenants_file_is_told_at_the_start() {
        let options = AccessOptions {
            tenants: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into()),
            ..AccessOptions::default()
        };
        let told = options.directory(FOUNDING).unwrap_err().to_string();
        assert!(told.contains("Cargo.toml cannot be used\nline 1: "), "{told}");
        assert!(told.contains("`package` is an unknown key"), "{told}");
        let options = AccessOptions { tenants: Some("no/such/file.toml".into()), ..AccessOptions::default() };
        assert!(
            options.directory(FOUNDING).unwrap_err().to_string().starts_with("the tenants file no/such/")
        );
    }

    #[test]
    fn an_address_that_others_reach_needs_a_token() {
        let (open, local) = ("0.0.0.0:80".parse().unwrap(), "[::1]:80".parse().unwrap());
        let token = AccessToken::new("opens");
        assert!(guard(&[local], None).is_ok() && guard(&[local, open], Some(&token)).is_ok());
        let told = guard(&[local, open], None).unwrap_err().to_string();
        assert!(told.starts_with("0.0.0.0:80 can be reached from outside of this machine"), "{told}");
        assert_eq!(AccessOptions::default().mode, None::<Mode>);
    }
}
