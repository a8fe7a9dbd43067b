//! Whether the certificate of a signer was issued by an authority that is trusted, over those that
//! came along. Dates are not asked: the authorities that Apple made for devices ended long ago, and
//! devices sign on.

use aws_lc_rs::signature::UnparsedPublicKey;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

use super::{
    Certificate, SignedData,
    algorithm::{self, Key},
};
use crate::der::{Reader, SEQUENCE};

/// From a device to a root there are three.
const MOST: usize = 4;

/// The authorities that are trusted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Authorities(Vec<Vec<u8>>);

impl Authorities {
    /// Reads certificates in PEM; nothing if there is none, or one that cannot be read.
    pub(crate) fn from_pem(pem: &[u8]) -> Option<Self> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let all: Vec<Vec<u8>> = read.ok()?.iter().map(|one| one.as_ref().to_vec()).collect();
        let readable = all.iter().all(|one| Certificate::parse(one).is_some());
        (readable && !all.is_empty()).then_some(Self(all))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn issued(&self, certificate: &Certificate<'_>) -> bool {
        let mut all = self.0.iter().filter_map(|one| Certificate::parse(one));
        all.any(|authority| authority.issued(certificate))
    }
}

impl SignedData<'_> {
    /// Whether the signer's certificate leads to one of these authorities.
    pub(crate) fn leads_to(&self, authorities: &Authorities) -> bool {
        let mut current = self.signer().copied();
        for _ in 0..MOST {
            let Some(certificate) = current else { return false };
            if authorities.issued(&certificate) {
                return true;
            }
            let above = self.certificates.iter().find(|above| {
                above.is_authority && above.whole != certificate.whole && above.issued(&certificate)
            });
            current = above.copied();
        }
        false
    }
}

impl Certificate<'_> {
    /// Whether the other one names this one as its issuer, and is signed with its key.
    fn issued(&self, other: &Certificate<'_>) -> bool {
        let verified = || {
            let named = Reader(other.issuer).take(SEQUENCE)?.content == self.subject;
            let signed = other.signed.filter(|_| named)?;
            let digest = algorithm::signed_with(signed.algorithm)?;
            let key = Key::of(self.key)?;
            let verification = algorithm::verification(key, signed.algorithm, digest)?;
            let key = UnparsedPublicKey::new(verification, self.key);
            key.verify(signed.content, signed.signature).ok()
        };
        verified().is_some()
    }
}
