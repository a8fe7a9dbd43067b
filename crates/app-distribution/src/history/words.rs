//! The words of the log.

use securevox_core::{translations, web::Language};
use securevox_protocol::history::Action;

translations! {
    /// The words of the log.
    pub(super) LogWords {
        log: "Log", "Registro";
        lead: "Who did what to this app, its builds and its groups.", "Chi ha fatto cosa a questa app, alle sue build e ai suoi gruppi.";
        whole_log: "Log of the installation", "Registro dell’installazione";
        whole_lead: "Who did what to apps, builds, groups and accounts. What was deleted is here still.", "Chi ha fatto cosa ad app, build, gruppi e account. Qui resta anche ciò che è stato eliminato.";
        none: "Nothing was done yet", "Ancora niente";
        none_lead: "Uploads, changes and invitations are written down here.", "Qui vengono annotati caricamenti, modifiche e inviti.";
        platform: "The server", "Il server";
        gone: "An account that is gone", "Un account che non c’è più";
        role: "role", "ruolo";
        access: "access", "accesso";
        password: "password", "password";
        description: "description", "descrizione";
        group: "group", "gruppo";
        status: "status", "stato";
        channel: "channel", "canale";
        pinned: "pinned", "fissata";
        mandatory: "mandatory", "obbligatoria";
        beta: "beta", "beta";
        end: "end", "scadenza";
        notes: "release notes", "note di rilascio";
        keep_builds: "builds kept", "build conservate";
        keep_days: "days kept", "giorni di conservazione";
        quota: "bytes", "byte";
        mail_builds: "mail about new builds", "email per le nuove build";
        mail_language: "language of mails", "lingua delle email";
        changed: "changed", "modificato";
        nothing: "none", "nessuno";
        yes: "yes", "sì";
        no: "no", "no";
        active: "active", "attiva";
        inactive: "inactive", "disattivata";
        members: "members", "membri";
        public: "public", "pubblico";
        tester: "tester", "tester";
        developer: "developer", "sviluppatore";
        manager: "manager", "manager";
        owner: "owner", "proprietario";
    }
}

impl LogWords {
    /// What a field is called that was changed.
    pub(super) fn field<'a>(&'a self, field: &'a str) -> &'a str {
        match field {
            "role" => self.role,
            "access" => self.access,
            "password" => self.password,
            "description" => self.description,
            "testflight_url" => "TestFlight",
            "play_url" => "Google Play",
            "group" => self.group,
            "status" => self.status,
            "channel" => self.channel,
            "pinned" => self.pinned,
            "mandatory" => self.mandatory,
            "is_beta" => self.beta,
            "expires_at" => self.end,
            "release_notes" => self.notes,
            "keep_builds" => self.keep_builds,
            "keep_days" => self.keep_days,
            "quota_bytes" => self.quota,
            "mail_builds" => self.mail_builds,
            "mail_language" => self.mail_language,
            other => other,
        }
    }

    /// What a value means, where it is a word of ours.
    pub(super) fn value<'a>(&'a self, field: &str, value: &'a str) -> &'a str {
        match value {
            name if ["group", "channel"].contains(&field) => name,
            "changed" => self.changed,
            "none" => self.nothing,
            "true" => self.yes,
            "false" => self.no,
            "active" => self.active,
            "inactive" => self.inactive,
            "members" => self.members,
            "password" => self.password,
            "public" => self.public,
            "tester" => self.tester,
            "developer" => self.developer,
            "manager" => self.manager,
            "owner" => self.owner,
            other => other,
        }
    }
}

/// What an action is called; nothing for one that is newer than these words.
pub(super) fn done(action: &str, language: Language) -> Option<&'static str> {
    let (english, italian) = in_words(action.parse().ok()?);
    Some(if language == Language::Italian { italian } else { english })
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn in_words(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::AppCreated => ("made the app", "ha creato l’app"),
        Action::AppChanged => ("changed the settings", "ha cambiato le impostazioni"),
        Action::AppDeleted => ("deleted the app", "ha eliminato l’app"),
        Action::MemberSet => (
            "added a member, or gave another role",
            "ha aggiunto un membro o ne ha cambiato il ruolo",
        ),
        Action::MemberRemoved => ("removed a member", "ha rimosso un membro"),
        Action::FeedbackKeyMade => ("made a feedback key", "ha creato una chiave per il feedback"),
        Action::FeedbackKeyDeleted => {
            ("deleted the feedback key", "ha eliminato la chiave per il feedback")
        }
        Action::NotificationsChanged => {
            ("changed who is mailed", "ha cambiato chi riceve le email")
        }
        Action::BuildUploaded => ("uploaded a build", "ha caricato una build"),
        Action::BuildUploadedAgain => ("uploaded a build again", "ha caricato di nuovo una build"),
        Action::BuildChanged => ("changed a build", "ha modificato una build"),
        Action::BuildDeleted => ("deleted a build", "ha eliminato una build"),
        Action::BuildRetired => {
            ("deleted a build by retention", "ha eliminato una build per la conservazione")
        }
        Action::BuildTold => {
            ("told people of a build by mail", "ha avvisato via email di una build")
        }
        Action::BuildGiven => ("gave a build to groups", "ha assegnato una build a dei gruppi"),
        Action::BuildTakenBack => {
            ("took a build back from a group", "ha revocato una build a un gruppo")
        }
        Action::ShareLinkCreated => {
            ("made a link to share a build", "ha creato un link per condividere una build")
        }
        Action::ShareLinkWithdrawn => {
            ("withdrew a link to a build", "ha ritirato un link a una build")
        }
        Action::SymbolsUploaded => ("added symbols to a build", "ha aggiunto simboli a una build"),
        Action::SymbolsDeleted => {
            ("deleted symbols of a build", "ha eliminato simboli di una build")
        }
        Action::GroupCreated => ("made a group", "ha creato un gruppo"),
        Action::GroupRenamed => ("renamed a group", "ha rinominato un gruppo"),
        Action::GroupDeleted => ("deleted a group", "ha eliminato un gruppo"),
        Action::AppAttached => ("gave the app to a group", "ha assegnato l’app a un gruppo"),
        Action::AppDetached => ("took the app from a group", "ha tolto l’app a un gruppo"),
        Action::TesterAdded => ("added a tester", "ha aggiunto un tester"),
        Action::TesterInvitedAgain => ("invited a tester again", "ha invitato di nuovo un tester"),
        Action::TesterRemoved => {
            ("removed a tester from a group", "ha rimosso un tester da un gruppo")
        }
        Action::TesterForgotten => ("removed a tester everywhere", "ha rimosso un tester da tutto"),
        Action::TesterLeft => (
            "took a tester out of a group, who asked for it",
            "ha tolto da un gruppo un tester che l’ha chiesto",
        ),
        Action::TesterGone => {
            ("forgot a tester, who asked for it", "ha dimenticato un tester che l’ha chiesto")
        }
        Action::JoinLinkCreated => ("made a join link", "ha creato un link di iscrizione"),
        Action::JoinLinkWithdrawn => ("withdrew a join link", "ha ritirato un link di iscrizione"),
        Action::WebhookCreated => ("made a webhook", "ha creato un webhook"),
        Action::WebhookChanged => ("changed a webhook", "ha modificato un webhook"),
        Action::WebhookDeleted => ("deleted a webhook", "ha eliminato un webhook"),
        Action::WebhookSecretRotated => {
            ("renewed the secret of a webhook", "ha rinnovato il segreto di un webhook")
        }
        Action::FeedbackResolved => {
            ("marked feedback as done", "ha segnato un feedback come risolto")
        }
        Action::FeedbackReopened => ("marked feedback as open", "ha riaperto un feedback"),
        Action::FeedbackDeleted => ("deleted feedback", "ha eliminato un feedback"),
        Action::DeviceRemoved => ("removed a device", "ha rimosso un dispositivo"),
        Action::UnverifiedDevicesRemoved => {
            ("removed unverified devices", "ha rimosso i dispositivi non verificati")
        }
        Action::DevicesExported => {
            ("exported the list of devices", "ha esportato l’elenco dei dispositivi")
        }
        Action::AddressProven => ("confirmed an email address", "ha confermato un indirizzo email"),
        Action::AccountCreated => ("made an account", "ha creato un account"),
        Action::RoleChanged => {
            ("changed the role of an account", "ha cambiato il ruolo di un account")
        }
        Action::AccountLocked => ("locked an account", "ha bloccato un account"),
        Action::AccountUnlocked => ("unlocked an account", "ha sbloccato un account"),
        Action::PasswordChanged => ("changed their password", "ha cambiato la propria password"),
        Action::PasswordSet => ("set a password", "ha impostato una password"),
        Action::InviteCreated => ("made an invitation", "ha creato un invito"),
        Action::InviteWithdrawn => ("withdrew an invitation", "ha ritirato un invito"),
        Action::TokenCreated => ("made an API token", "ha creato un token API"),
        Action::TokenRevoked => ("revoked an API token", "ha revocato un token API"),
        Action::SessionStarted => ("signed in", "ha effettuato l’accesso"),
        Action::SessionEnded => ("signed out", "è uscito"),
        Action::SessionRevoked => ("ended a session", "ha chiuso una sessione"),
        Action::RefreshTokenReused => (
            "ended a session whose token was used twice",
            "ha chiuso una sessione il cui token è stato usato due volte",
        ),
        Action::DeviceRevoked => ("signed a device out", "ha disconnesso un dispositivo"),
        Action::SignInLinkMade => {
            ("made a link that lets an account in", "ha creato un link che fa entrare un account")
        }
        Action::SignInLinkUsed => {
            ("came in by a link of the operator", "è entrato con un link dell’operatore")
        }
        Action::IdentityLinked => {
            ("linked an account with single sign-on", "ha collegato un account al single sign-on")
        }
        Action::IdentityUnlinked => (
            "unlinked an account from single sign-on",
            "ha scollegato un account dal single sign-on",
        ),
        Action::SigningKeysRotated => {
            ("renewed the signing keys", "ha rinnovato le chiavi di firma")
        }
    }
}
