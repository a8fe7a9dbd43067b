//! The stylesheet and the scripts of our pages, beside those that every page may use.

use std::sync::LazyLock;

use securevox_core::web::Assets;

pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    Assets::new(
        "distribution/",
        &[
            ("distribution.css", include_str!("../assets/distribution.css")),
            ("upload.js", include_str!("../assets/upload.js")),
            ("install.js", include_str!("../assets/install.js")),
        ],
    )
});

/// Where the file `name` is.
pub(crate) fn path(name: &str) -> String {
    ASSETS.path(name)
}
