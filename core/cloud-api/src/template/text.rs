//! The texts that Meta presets for each language.

use super::{AuthenticationContent, Language, Wording};

/// The preset words of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresetTexts {
    body: &'static str,
    security: &'static str,
    footer_start: &'static str,
    footer_end: &'static str,
    /// The label that copies the code.
    pub copy_code: &'static str,
    /// The label that fills in the app.
    pub autofill: &'static str,
    /// Whether words are English because those of the language are not known.
    pub is_fallback: bool,
}

const ENGLISH: PresetTexts = PresetTexts {
    body: "*{{1}}* is your verification code.",
    security: "For your security, do not share this code.",
    footer_start: "This code expires in ",
    footer_end: " minutes.",
    copy_code: "Copy code",
    autofill: "Autofill",
    is_fallback: false,
};
const SPANISH: PresetTexts = PresetTexts {
    body: "Tu código de verificación es *{{1}}*.",
    security: "Por tu seguridad, no lo compartas.",
    footer_start: "Este código caduca en ",
    footer_end: " minutos.",
    copy_code: "Copiar código",
    autofill: "Autocompletar",
    is_fallback: false,
};
// Assumed: the labels, which are English.
const PORTUGUESE: PresetTexts = PresetTexts {
    body: "*{{1}}* é seu código de verificação.",
    security: "Para sua segurança, não compartilhe este código.",
    footer_start: "Este código expira em ",
    footer_end: " minutos.",
    copy_code: "Copy code",
    autofill: "Autofill",
    is_fallback: true,
};
const INDONESIAN: PresetTexts = PresetTexts {
    body: "*{{1}}* adalah kode verifikasi Anda.",
    security: "Demi keamanan, jangan bagikan kode ini.",
    footer_start: "Kedaluwarsa dalam ",
    footer_end: " menit.",
    copy_code: "Salin Kode",
    autofill: "Isi Otomatis",
    is_fallback: false,
};

impl PresetTexts {
    /// The words of a language.
    // Source: cloud-api.md 3.7 for en, en_US, es_ES, pt_BR and id.
    // Assumed: all kinds of English share their words; every other language falls back to English.
    #[must_use]
    pub fn of(language: Language) -> Self {
        match language.code() {
            "es_ES" => SPANISH,
            "pt_BR" => PORTUGUESE,
            "id" => INDONESIAN,
            "en" | "en_US" | "en_GB" | "en_AU" | "en_CA" | "en_IN" => ENGLISH,
            _ => Self { is_fallback: true, ..ENGLISH },
        }
    }

    /// The body, with `{{1}}` where the code goes.
    #[must_use]
    pub fn body(&self, content: &AuthenticationContent) -> String {
        let body = match &content.wording {
            Wording::Preset => self.body,
            Wording::Library(body) => body,
        };
        if content.has_security_recommendation {
            format!("{body} {}", self.security)
        } else {
            body.to_owned()
        }
    }

    /// The footer, if there is one.
    // Assumed: one minute is written in the plural too.
    #[must_use]
    pub fn footer(&self, content: &AuthenticationContent) -> Option<String> {
        let expiration = content.code_expiration?;
        Some(format!("{}{expiration}{}", self.footer_start, self.footer_end))
    }
}
