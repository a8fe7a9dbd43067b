//! The question to a phone, and its answer.

use std::process::Command;

use plist::Value;
use securevox_app_distribution::enrolment::{Answer, AnswerError, Invitation, Signer, SignerError};
use securevox_core::web::Language;
use uuid::Uuid;

const RSA_KEY: &[u8] = include_bytes!("../../fixtures/ios/rsa.key");
const RSA: &[u8] = include_bytes!("../../fixtures/ios/rsa.pem");
const EC_KEY: &[u8] = include_bytes!("../../fixtures/ios/ec.key");
const EC: &[u8] = include_bytes!("../../fixtures/ios/ec.pem");
/// By `openssl cms -sign`.
const ANSWER: &[u8] = include_bytes!("../../fixtures/ios/answer.der");

fn invitation(language: Language) -> Vec<u8> {
    let url = "https://app.example.com/enrol/a-token";
    let (challenge, domain, organization) = ("s3cret & more", "app.example.com", "Example & Söhne");
    let id = Uuid::from_u128(0xabc);
    Invitation { url, challenge, domain, organization, id, language }.to_mobileconfig()
}

#[test]
fn the_question_asks_for_the_device_and_no_more() {
    let value: Value = plist::from_bytes(&invitation(Language::Italian)).unwrap();
    let profile = value.as_dictionary().unwrap();
    assert_eq!(profile["PayloadType"].as_string(), Some("Profile Service"));
    assert_eq!(profile["PayloadDisplayName"].as_string(), Some("Registra questo dispositivo"));
    let content = profile["PayloadContent"].as_dictionary().unwrap();
    assert_eq!(content["Challenge"].as_string(), Some("s3cret & more"));
    let asked: Vec<_> = content["DeviceAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_string)
        .collect();
    assert_eq!(asked, ["UDID", "PRODUCT", "VERSION"]);
}

#[test]
fn openssl_verifies_what_is_signed() {
    let content = invitation(Language::English);
    for (name, certificate, key) in [("rsa", RSA, RSA_KEY), ("ec", EC, EC_KEY)] {
        let signed = Signer::from_pem(certificate, key)
            .unwrap()
            .sign(&content, "2026-11-23T12:00:00Z".parse().unwrap());
        let place = std::env::temp_dir().join(format!("securevox-{name}-{}", Uuid::new_v4()));
        std::fs::write(&place, signed).unwrap();
        let output = Command::new("openssl")
            .args(["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in"])
            .arg(&place)
            .output();
        std::fs::remove_file(&place).unwrap();
        let Ok(output) = output else {
            println!("skipped: no openssl");
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, content);
    }
}

#[test]
fn a_key_has_to_belong_to_its_certificate() {
    let why = |certificate, key| Signer::from_pem(certificate, key).err();
    assert_eq!(why(RSA, EC_KEY), Some(SignerError::Mismatch));
    assert_eq!(why(RSA, b""), Some(SignerError::Key));
    assert_eq!(why(b"", RSA_KEY), Some(SignerError::Certificate));
}

#[test]
fn the_answer_of_a_phone_is_read() {
    let answer = Answer {
        udid: "00008030-001A2B3C4D5E6F70".to_owned(),
        product: Some("iPhone14,7".to_owned()),
        version: Some("20A362".to_owned()),
        challenge: Some("s3cret & more".to_owned()),
        signed_by: "Example, Phone".to_owned(),
    };
    assert_eq!(Answer::parse(ANSWER), Ok(answer));
}

#[test]
fn answers_that_do_not_hold_are_refused() {
    let mut changed = ANSWER.to_vec();
    let at = changed.windows(4).position(|four| four == b"1a2b").unwrap();
    changed[at] = b'2';
    assert_eq!(Answer::parse(&changed), Err(AnswerError::BadSignature));
    for len in 0..ANSWER.len() {
        assert!(Answer::parse(&ANSWER[..len]).is_err(), "{len}");
    }
    assert_eq!(Answer::parse(&vec![0x30; 70_000]), Err(AnswerError::NotSigned));
    let signer = Signer::from_pem(EC, EC_KEY).unwrap();
    let other =
        signer.sign(&invitation(Language::English), "2026-11-23T12:00:00Z".parse().unwrap());
    assert_eq!(Answer::parse(&other), Err(AnswerError::NoDevice));
}
