//! The advertisement by which a person came to the business.

use serde::{Deserialize, Serialize};

use crate::word::words;

/// The advertisement whose button a message was written with.
///
/// Its JSON is that of `messages[].referral`; what is left out when it is read is as in Meta's sample,
/// or absent.
// Source: the OpenAPI file, `ReferralObject`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Referral {
    /// Its address.
    pub source_url: Box<str>,
    /// Its id.
    pub source_id: Box<str>,
    /// What it is.
    pub source_type: ReferralSource,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<str>>,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<Box<str>>,
    /// What it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<ReferralMedia>,
    /// Where its image is, if it shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<Box<str>>,
    /// Where its film is, if it shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_url: Option<Box<str>>,
    /// Where the first frame of its film is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<Box<str>>,
    /// The id of the click.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctwa_clid: Option<Box<str>>,
}

words! {
    /// What a person came by.
    // Source: the OpenAPI file, `ReferralObject`.
    ReferralSource {
        /// An advertisement.
        Ad = "ad",
        /// A post with a button.
        Post = "post",
    }

    /// What an advertisement shows.
    // Source: the OpenAPI file, `ReferralObject`.
    ReferralMedia {
        /// A picture.
        Image = "image",
        /// A film.
        Video = "video",
    }
}

impl Referral {
    /// How many bytes its texts have together.
    pub(super) fn text_length(&self) -> usize {
        let Self { body, headline, image_url, video_url, thumbnail_url, ctwa_clid, .. } = self;
        let optional = [body, headline, image_url, video_url, thumbnail_url, ctwa_clid];
        let lengths = optional.into_iter().flatten().map(|text| text.len());
        lengths.sum::<usize>() + self.source_url.len() + self.source_id.len()
    }
}

impl Default for Referral {
    fn default() -> Self {
        Self {
            source_url: "https://fb.me/3cr4Wqqkv".into(),
            source_id: "120226305854810726".into(),
            source_type: ReferralSource::Ad,
            body: Some("Summer Succulents are here!".into()),
            headline: Some("Chat with us".into()),
            media_type: None,
            image_url: None,
            video_url: None,
            thumbnail_url: None,
            ctwa_clid: None,
        }
    }
}
