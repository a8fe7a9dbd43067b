use anyhow::Context as _;
use fast_qr::{
    QRBuilder,
    convert::{Builder as _, svg::SvgBuilder},
};
use securevox_core::Result;

/// A code that a camera opens `address` from, as SVG.
pub(crate) fn qr_code(address: &str) -> Result<String> {
    let code = QRBuilder::new(address).build().context("an address is short enough for a code")?;
    Ok(SvgBuilder::default().margin(1).to_str(&code))
}
