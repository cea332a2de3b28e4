//! Whether a text of a business's own sends a code that belongs into an authentication template.

use super::{CustomText, MessageTemplate, TemplateContent};

/// Words for a code, in languages that many templates are written in; each is looked for as a whole word.
const CODES: [&str; 16] = [
    "code",
    "codes",
    "otp",
    "passcode",
    "pin",
    "código",
    "codigo",
    "kode",
    "codice",
    "kod",
    "код",
    "कोड",
    "代码",
    "验证码",
    "コード",
    "رمز",
];

/// Parts of words that tell what such a code is for.
const PURPOSES: [&str; 24] = [
    "verif",
    "confirm",
    "authoriz",
    "authoris",
    "authentic",
    "identity",
    "log in",
    "login",
    "sign in",
    "password",
    "one-time",
    "one time",
    "otp",
    "passcode",
    "autoriz",
    "autentic",
    "identid",
    "contraseña",
    "senha",
    "konfirmasi",
    "bestätig",
    "подтвер",
    "सत्याप",
    "验证",
];

/// How many words may stand between the word for the code and the variable.
const REACH: usize = 4;

impl MessageTemplate {
    /// Whether it is no authentication template and yet sends a one-time code.
    ///
    /// It does when a variable stands next to a word for a code, and the text says that the code
    /// verifies, confirms or authorises something. Coupons do not.
    // Source: cloud-api.md 3.12: such templates are flagged. Assumed: how Meta tells.
    #[must_use]
    pub fn sends_a_code(&self) -> bool {
        match &self.content {
            TemplateContent::Authentication(_) => false,
            TemplateContent::Custom(content) => is_of_a_code(&content.body),
        }
    }
}

fn is_of_a_code(body: &CustomText) -> bool {
    let text = body.text.to_lowercase();
    PURPOSES.iter().any(|purpose| text.contains(purpose)) && has_code_beside_variable(&text)
}

fn has_code_beside_variable(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_code = |word: &&str| CODES.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()));
    let near = |at: usize| {
        let around = at.saturating_sub(REACH)..(at + REACH + 1).min(words.len());
        words[around].iter().any(is_code)
    };
    words.iter().enumerate().any(|(at, word)| word.contains("{{") && near(at))
}
