//! A change that the form of a build asks for. Two people may have the form open: whoever saves
//! second is shown what the first one changed, and saves once more to replace it.

use securevox_core::{
    Result,
    auth::{digest, hex},
};
use securevox_protocol::builds::{Build, BuildStatus, UpdateBuild};
use serde::Deserialize;

use super::{ManageWords, store, store::Editable};
use crate::{
    app::App,
    builds::{change, ends, managed::Managed, problem::NO_SUCH_BUILD},
};

/// What stands in the form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::builds) struct Typed {
    pub(super) release_notes: String,
    pub(super) channel: String,
    pub(super) active: Option<String>,
    /// Nobody is mailed if it is offered now.
    pub(super) quiet: Option<String>,
    pub(super) is_beta: Option<String>,
    pub(super) pinned: Option<String>,
    pub(super) mandatory: Option<String>,
    pub(super) expires_at: String,
    /// The mark of what was there when the form was loaded.
    pub(super) seen: String,
    /// Which button was pressed.
    pub(super) then: String,
}

/// What became of it.
pub(super) enum Outcome {
    Saved,
    /// Somebody else changed it since: what is there now.
    Changed(Editable),
}

impl Editable {
    pub(super) fn of(build: &Build) -> Self {
        Self {
            release_notes: build.release_notes.clone(),
            channel: build.channel.clone(),
            active: build.status == BuildStatus::Active,
            is_beta: build.is_beta,
            pinned: build.pinned,
            mandatory: build.mandatory,
            expires_at: build.expires_at,
        }
    }

    /// The same as long as nothing changes.
    pub(super) fn mark(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex(&digest(&text)[..12])
    }

    /// As the form shows it.
    pub(super) fn typed(&self) -> Typed {
        let checked = |on: bool| on.then(|| "on".to_owned());
        Typed {
            release_notes: self.release_notes.clone().unwrap_or_default(),
            channel: self.channel.clone().unwrap_or_default(),
            active: checked(self.active),
            quiet: None,
            is_beta: checked(self.is_beta),
            pinned: checked(self.pinned),
            mandatory: checked(self.mandatory),
            expires_at: self.expires_at.map(ends::typed).unwrap_or_default(),
            seen: self.mark(),
            then: String::new(),
        }
    }

    /// What differs from `wanted`, as people read it: name, and what is there.
    pub(super) fn differing(
        &self,
        wanted: &Self,
        words: &'static ManageWords,
    ) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or(words.empty);
            text.chars().take(200).collect()
        };
        let flag = |on: bool| if on { words.yes } else { words.no }.to_owned();
        let end = self
            .expires_at
            .map_or(words.empty.to_owned(), |end| ends::typed(end).replace('T', " "));
        [
            (words.notes, self.release_notes != wanted.release_notes, text(&self.release_notes)),
            (words.channel, self.channel != wanted.channel, text(&self.channel)),
            (words.offered, self.active != wanted.active, flag(self.active)),
            (words.is_beta, self.is_beta != wanted.is_beta, flag(self.is_beta)),
            (words.pinned, self.pinned != wanted.pinned, flag(self.pinned)),
            (words.mandatory, self.mandatory != wanted.mandatory, flag(self.mandatory)),
            (words.ends, self.expires_at != wanted.expires_at, end),
        ]
        .into_iter()
        .filter(|(_, differs, _)| *differs)
        .map(|(name, _, value)| (name, value))
        .collect()
    }

    /// What makes this of `before`.
    fn since(&self, before: &Self) -> UpdateBuild {
        let text = |now: &Option<String>, then: &Option<String>| {
            (now != then).then(|| now.clone().unwrap_or_default())
        };
        let flag = |now: bool, then: bool| (now != then).then_some(now);
        let status = if self.active { BuildStatus::Active } else { BuildStatus::Inactive };
        UpdateBuild {
            release_notes: text(&self.release_notes, &before.release_notes),
            channel: text(&self.channel, &before.channel),
            is_beta: flag(self.is_beta, before.is_beta),
            status: (self.active != before.active).then_some(status),
            pinned: flag(self.pinned, before.pinned),
            mandatory: flag(self.mandatory, before.mandatory),
            expires_at: (self.expires_at != before.expires_at).then_some(self.expires_at),
            notify: None,
        }
    }
}

impl Typed {
    /// What is asked for; nothing if the time is none.
    pub(super) fn wanted(&self) -> Option<Editable> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        let expires_at = match self.expires_at.trim() {
            "" => None,
            end => Some(ends::read(end)?),
        };
        Some(Editable {
            // Browsers send lines that end as in a mail.
            release_notes: given(&self.release_notes.replace("\r\n", "\n")),
            channel: given(self.channel.trim()),
            active: self.active.is_some(),
            is_beta: self.is_beta.is_some(),
            pinned: self.pinned.is_some(),
            mandatory: self.mandatory.is_some(),
            expires_at,
        })
    }
}

/// Changes the build, if it still is what the form was made of.
pub(super) async fn save(
    app: &App,
    managed: &Managed,
    wanted: &Editable,
    typed: &Typed,
) -> Result<Outcome> {
    let mut tx = app.db.begin().await?;
    let mut before = store::lock(&mut tx, managed.build.id).await?.ok_or(NO_SUCH_BUILD)?;
    if before.mark() != typed.seen {
        return Ok(Outcome::Changed(before));
    }
    // The form knows minutes alone.
    if before.expires_at.map(ends::typed) == wanted.expires_at.map(ends::typed) {
        before.expires_at = wanted.expires_at;
    }
    let notify = typed.quiet.is_some().then_some(false);
    let update = UpdateBuild { notify, ..wanted.since(&before) };
    change::check(&update)?;
    if *wanted != before {
        change::apply(&mut tx, app, managed, &update).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Saved)
}
