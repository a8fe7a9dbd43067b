//! Schemes v2, v3 and v3.1: signers over the content of the whole file.
//!
//! See “APK Signature Scheme v2” and “v3” on source.android.com. Everything is checked that a
//! device checks, and each signature of a known algorithm, not only the strongest.

use std::io::{Read, Seek};

use super::super::super::InspectError;
use super::algorithm::{self, Content};
use super::certificate::Parsed;
use super::content::Contents;
use super::lineage::{self, Lineage};
use super::parts::Parts;
use super::{BadSignature, Scheme};

/// As on devices.
const MAX_SIGNERS: usize = 10;
/// Algorithms, certificates, attributes: real signers have one or two.
const MAX_PARTS: usize = 16;

/// In a v2 signer: which newer scheme has to be there too.
const STRIPPING_PROTECTION: u32 = 0xbeef_f00d;
/// In a v3 signer: the certificates before this one.
const PROOF_OF_ROTATION: u32 = 0x3ba0_6f8c;
/// In a v3 signer: from which version on v3.1 counts.
const ROTATION_MIN_SDK: u32 = 0x559f_8b02;

/// A signer that is proven.
pub(super) struct Signer<'a> {
    pub(super) certificate: Parsed<'a>,
    /// The versions of Android that it is for; all, in v2.
    pub(super) min_sdk: u32,
    pub(super) max_sdk: u32,
    pub(super) lineage: Option<Lineage<'a>>,
    /// The schemes that must be there too, by their numbers.
    pub(super) needs_scheme: Option<u32>,
    pub(super) needs_rotation_from: Option<u32>,
}

/// All signers in the value of a signing block's pair.
pub(super) fn verify<'a, R: Read + Seek>(
    contents: &mut Contents<'_, R>,
    scheme: Scheme,
    value: &'a [u8],
) -> Result<Vec<Signer<'a>>, InspectError> {
    let signers = Parts::of(value).list(MAX_SIGNERS).ok_or(BadSignature::Malformed(scheme))?;
    if signers.is_empty() {
        return Err(BadSignature::Malformed(scheme).into());
    }
    signers.into_iter().map(|signer| verify_signer(contents, scheme, signer)).collect()
}

fn verify_signer<'a, R: Read + Seek>(
    contents: &mut Contents<'_, R>,
    scheme: Scheme,
    signer: &'a [u8],
) -> Result<Signer<'a>, InspectError> {
    let malformed = BadSignature::Malformed(scheme);
    let outer = Outer::read(scheme, signer).ok_or(malformed)?;
    let checked = outer.check().ok_or(BadSignature::Wrong(scheme))?;
    let inner = Signed::read(scheme, outer.signed_data).ok_or(malformed)?;
    let certificate = inner.certificates.first().copied().and_then(Parsed::read);
    let certificate = certificate.ok_or(malformed)?;
    if certificate.public_key != outer.public_key {
        return Err(BadSignature::OtherCertificate(scheme).into());
    }
    // What is not under the signature has to repeat what is.
    let numbers = |list: &[(u32, &[u8])]| list.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    if numbers(&inner.digests) != numbers(&outer.signatures) || inner.sdks != outer.sdks {
        return Err(malformed.into());
    }
    for (number, kind) in checked {
        let expected = inner.digests.iter().find(|(id, _)| *id == number);
        let (_, expected) = expected.ok_or(malformed)?;
        if contents.digest(kind)? != *expected {
            return Err(BadSignature::Changed(scheme).into());
        }
    }
    inner.into_signer(scheme, certificate).map_err(Into::into)
}

/// A signer as it stands in the block, nothing of it proven.
struct Outer<'a> {
    signed_data: &'a [u8],
    sdks: (u32, u32),
    signatures: Vec<(u32, &'a [u8])>,
    public_key: &'a [u8],
}

impl<'a> Outer<'a> {
    fn read(scheme: Scheme, signer: &'a [u8]) -> Option<Self> {
        let mut parts = Parts::of(signer);
        let signed_data = parts.prefixed()?;
        let sdks = sdks(scheme, &mut parts)?;
        let signatures = numbered(&mut parts)?;
        Some(Self { signed_data, sdks, signatures, public_key: parts.prefixed()? })
    }

    /// The algorithms whose signatures are right; `None` if one is wrong, or none is known.
    fn check(&self) -> Option<Vec<(u32, Content)>> {
        let mut checked = Vec::new();
        for &(number, signature) in &self.signatures {
            let Some((content, padding, hash)) = algorithm::by_number(number) else {
                continue;
            };
            let message = self.signed_data;
            if !algorithm::is_signed_by(self.public_key, padding, hash, message, signature) {
                return None;
            }
            checked.push((number, content));
        }
        (!checked.is_empty()).then_some(checked)
    }
}

/// What the signatures are over.
struct Signed<'a> {
    digests: Vec<(u32, &'a [u8])>,
    certificates: Vec<&'a [u8]>,
    sdks: (u32, u32),
    attributes: Vec<&'a [u8]>,
}

impl<'a> Signed<'a> {
    fn read(scheme: Scheme, signed_data: &'a [u8]) -> Option<Self> {
        let mut parts = Parts::of(signed_data);
        Some(Self {
            digests: numbered(&mut parts)?,
            certificates: parts.list(MAX_PARTS)?,
            sdks: sdks(scheme, &mut parts)?,
            attributes: parts.list(MAX_PARTS)?,
        })
    }

    fn into_signer(
        self,
        scheme: Scheme,
        certificate: Parsed<'a>,
    ) -> Result<Signer<'a>, BadSignature> {
        let (min_sdk, max_sdk) = self.sdks;
        let mut signer = Signer {
            certificate,
            min_sdk,
            max_sdk,
            lineage: None,
            needs_scheme: None,
            needs_rotation_from: None,
        };
        for attribute in self.attributes {
            let mut attribute = Parts::of(attribute);
            let id = attribute.u32().ok_or(BadSignature::Malformed(scheme))?;
            let number = || attribute.clone().u32().ok_or(BadSignature::Malformed(scheme));
            match (scheme, id) {
                (Scheme::V2, STRIPPING_PROTECTION) => signer.needs_scheme = Some(number()?),
                (Scheme::V3, ROTATION_MIN_SDK) => signer.needs_rotation_from = Some(number()?),
                (Scheme::V3 | Scheme::V31, PROOF_OF_ROTATION) => {
                    let lineage = lineage::verify(attribute.rest(), certificate.whole);
                    let known = signer.lineage.replace(lineage.ok_or(BadSignature::Lineage)?);
                    if known.is_some() {
                        return Err(BadSignature::Lineage);
                    }
                }
                _ => {}
            }
        }
        Ok(signer)
    }
}

/// A list of numbers, each with some bytes.
fn numbered<'a>(parts: &mut Parts<'a>) -> Option<Vec<(u32, &'a [u8])>> {
    let pair = |part| {
        let mut part = Parts::of(part);
        Some((part.u32()?, part.prefixed()?))
    };
    parts.list(MAX_PARTS)?.into_iter().map(pair).collect()
}

/// The range of versions, which v2 does not have.
fn sdks(scheme: Scheme, parts: &mut Parts<'_>) -> Option<(u32, u32)> {
    if scheme == Scheme::V2 {
        return Some((0, u32::MAX));
    }
    let (min, max) = (parts.u32()?, parts.u32()?);
    (min <= max).then_some((min, max))
}
