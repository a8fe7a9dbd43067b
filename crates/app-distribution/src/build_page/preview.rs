//! What a chat shows of the address of a build's page. Its robots are told where anybody who has
//! the address sees the page, and of no other: what is for members they learn nothing of.

use securevox_core::web::Language;
use securevox_protocol::builds::Build;

use crate::{app::Who, words};

pub(super) struct Preview<'a> {
    pub(super) title: &'a str,
    pub(super) description: String,
    /// The icon.
    pub(super) image: Option<&'a str>,
}

impl<'a> Preview<'a> {
    /// Of a build that was opened by `who`.
    pub(super) fn of(build: &'a Build, who: Who, language: Language) -> Option<Self> {
        if who != Who::Public && !who.is_holder() {
            return None;
        }
        let (version, number) = (build.version.as_deref(), build.build_number.as_deref());
        let system = words::system_and_version(build.platform, version, number);
        Some(Self {
            title: &build.app.name,
            description: format!("{system} · {}", language.size(build.size)),
            image: build.icon_url.as_deref(),
        })
    }
}
