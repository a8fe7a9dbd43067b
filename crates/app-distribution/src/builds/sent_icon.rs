//! The icon that comes beside a package, for one that has none of its own.

use securevox_core::{Error, Result};
use securevox_protocol::builds::Warning;

use crate::{inspect::Package, install, picture};

const TOO_LARGE: &str = "has sides of more than 2048 pixels or is a broken image";

/// The icon that the picture makes, or why it makes none, in words that follow the name of the
/// field. It takes a processor for a while.
pub(super) fn read(picture: &[u8]) -> Result<Vec<u8>, &'static str> {
    let picture = picture::clean(picture)?;
    install::icon_of(&picture.bytes, picture.media_type).ok_or(TOO_LARGE)
}

/// Gives the package that icon, if it has none. One that could not be read is a warning, with
/// `strict` a 422.
pub(super) fn give(
    icon: Result<Vec<u8>, &'static str>,
    package: &mut Package,
    strict: bool,
) -> Result<Option<Warning>> {
    match icon {
        Ok(icon) => {
            package.icon.get_or_insert(icon);
            Ok(None)
        }
        Err(why) if strict => Err(Error::invalid_field("#/icon", why)),
        Err(why) => {
            let detail = format!("The field \"icon\" {why}, and was ignored.");
            Ok(Some(Warning { code: "icon-unreadable".to_owned(), detail }))
        }
    }
}
