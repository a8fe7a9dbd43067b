//! Proof of rotation: each certificate of a line signs the next one.

use super::algorithm;
use super::certificate::Parsed;
use super::parts::Parts;

/// Nobody changes keys more often, and each change costs the check of a signature.
const MAX_CERTIFICATES: usize = 16;

/// The certificates from the first to the present one.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Lineage<'a> {
    pub(super) certificates: Vec<&'a [u8]>,
}

/// Checks the line, which has to end at `present`.
pub(super) fn verify<'a>(value: &'a [u8], present: &[u8]) -> Option<Lineage<'a>> {
    let mut parts = Parts::of(value);
    // The version: whoever wrote it knew of all that is in it.
    parts.u32()?;
    let mut certificates: Vec<&[u8]> = Vec::new();
    let mut last: Option<(Parsed<'_>, u32)> = None;
    while !parts.is_empty() {
        let mut level = Parts::of(parts.prefixed()?);
        let signed_data = level.prefixed()?;
        // What the old key may still do on the device.
        level.u32()?;
        let algorithm = level.u32()?;
        let signature = level.prefixed()?;
        let mut signed = Parts::of(signed_data);
        let certificate = signed.prefixed()?;
        if let Some((parent, parent_algorithm)) = last {
            let (_, padding, hash) = algorithm::by_number(parent_algorithm)?;
            let key = parent.public_key;
            if signed.u32()? != parent_algorithm
                || !algorithm::is_signed_by(key, padding, hash, signed_data, signature)
            {
                return None;
            }
        }
        if certificates.contains(&certificate) || certificates.len() == MAX_CERTIFICATES {
            return None;
        }
        certificates.push(certificate);
        last = Some((Parsed::read(certificate)?, algorithm));
    }
    (certificates.last().copied() == Some(present)).then_some(Lineage { certificates })
}
