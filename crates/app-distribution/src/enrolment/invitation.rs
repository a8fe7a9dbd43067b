//! The profile that asks a phone who it is.

use plist::{Dictionary, Value};
use securevox_core::web::Language;
use uuid::Uuid;

/// What is asked for, and no more: iOS shows this list to the owner.
const ATTRIBUTES: [&str; 3] = ["UDID", "PRODUCT", "VERSION"];

/// A question to one phone.
#[derive(Debug)]
pub struct Invitation<'a> {
    /// Where the phone posts its answer. iOS sends no cookie: the path has to say who it is.
    pub url: &'a str,
    /// Comes back with the answer, and only the phone that was asked knows it.
    pub challenge: &'a str,
    /// The domain of this server, reversed or not: profiles with the same one replace each other.
    pub domain: &'a str,
    /// Who asks, as people know it: the name of the company or of the app.
    pub organization: &'a str,
    /// Different for each question.
    pub id: Uuid,
    /// In which the phone shows what it is for.
    pub language: Language,
}

impl Invitation<'_> {
    /// The `.mobileconfig`, unsigned: served as `application/x-apple-aspen-config`, and shown in
    /// red as "not signed" unless a [`Signer`](super::Signer) signs it.
    pub fn to_mobileconfig(&self) -> Vec<u8> {
        let (name, description) = self.words();
        let content = dictionary([
            ("URL", self.url.into()),
            ("DeviceAttributes", Value::Array(ATTRIBUTES.map(Value::from).into())),
            ("Challenge", self.challenge.into()),
        ]);
        let profile = dictionary([
            ("PayloadContent", content),
            ("PayloadOrganization", self.organization.into()),
            ("PayloadDisplayName", name.into()),
            ("PayloadDescription", description.into()),
            ("PayloadIdentifier", format!("{}.device-enrolment", self.domain).into()),
            ("PayloadUUID", self.id.hyphenated().to_string().to_ascii_uppercase().into()),
            ("PayloadVersion", 1.into()),
            ("PayloadType", "Profile Service".into()),
        ]);
        let mut xml = Vec::new();
        profile.to_writer_xml(&mut xml).expect("writing into memory does not fail");
        xml
    }

    fn words(&self) -> (&'static str, String) {
        let organization = self.organization;
        match self.language {
            Language::English => (
                "Register this device",
                format!(
                    "Tells {organization} the identifier, model and iOS version of this device, so that test versions can be made for it. Nothing is installed and nothing is changed."
                ),
            ),
            Language::Italian => (
                "Registra questo dispositivo",
                format!(
                    "Comunica a {organization} l’identificativo, il modello e la versione di iOS di questo dispositivo, per poter preparare versioni di prova adatte. Non installa e non modifica nulla."
                ),
            ),
        }
    }
}

fn dictionary<const N: usize>(values: [(&str, Value); N]) -> Value {
    let values = values.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Dictionary(values.collect::<Dictionary>())
}
