//! The words of installing: why not, what next, and what each kind of build asks for.

use chrono::{DateTime, Utc};
use securevox_core::{translations, web::Language};
use securevox_protocol::{builds::Platform, packages::IosDistribution};

use super::{Obstacle, store::Ways};

/// What a phone is told below the button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The build needs this system, and the phone has an older one.
    NewerSystem(String),
    /// This Android installs nothing made for systems as old as the build is made for.
    TargetTooOld(u32),
    /// It stops then.
    EndsSoon(DateTime<Utc>),
    /// It is signed by somebody else than the build before.
    RemoveFirst,
    /// Its version is not higher than that of the build before.
    NoUpdate,
    /// Its profile lists no device.
    NoDevices,
    /// Its signature is one that the device does not accept.
    Refused,
    /// It is made for processors of 32 bits alone.
    OldProcessors,
}

translations! {
    pub(crate) InstallWords {
        app_store: "This build is for the App Store", "Questa build è per l’App Store";
        app_store_why: "It is signed for the App Store, so it installs only from there or from TestFlight.", "È firmata per l’App Store, quindi si installa solo da lì o da TestFlight.";
        other_system: "This build is not for iPhone or iPad", "Questa build non è per iPhone o iPad";
        other_system_why: "It is made for Apple TV, Vision Pro, a watch or a Mac.", "È fatta per Apple TV, Vision Pro, un orologio o un Mac.";
        simulator: "This build is for the simulator", "Questa build è per il simulatore";
        simulator_why: "It runs in the simulator on a Mac, and on no iPhone or iPad.", "Funziona nel simulatore su un Mac, non su iPhone o iPad.";
        unsigned: "This build cannot be installed", "Questa build non si può installare";
        unsigned_why: "It is not signed in a way that devices accept.", "Non è firmata in un modo che i dispositivi accettano.";
        bundle: "This is an App Bundle", "Questo è un App Bundle";
        bundle_why: "Google Play makes apps out of it. Phones cannot install the file itself.", "Google Play ne ricava le app. I telefoni non possono installare il file così com’è.";
        test_only: "This build is for Android Studio", "Questa build è per Android Studio";
        test_only_why: "It is marked as test only: it installs over a cable with adb install -t, and not from a page.", "È contrassegnata come test only: si installa via cavo con adb install -t, non da una pagina.";
        expired: "This build has expired", "Questa build è scaduta";
        expired_why: "It was offered until", "Era disponibile fino al";
        signing_expired: "The signature of this build has expired", "La firma di questa build è scaduta";
        signing_expired_why: "Devices neither install nor start it since", "I dispositivi non la installano e non la avviano dal";
        ask: "Ask whoever sent it to you for another build.", "Chiedi un’altra build a chi te l’ha mandata.";
        newer_below: "There are other builds below.", "Qui sotto trovi altre build.";
        export_again: "Export it again as Release Testing (Ad Hoc), Debugging or Enterprise, and upload that.", "Esportala di nuovo come Release Testing (Ad Hoc), Debugging o Enterprise e carica quella.";
        sign_apk: "Sign it with apksigner, and upload that.", "Firmala con apksigner e carica quella.";
        upload_apk: "Upload an APK too, for example a universal one made by bundletool.", "Carica anche un APK, per esempio uno universale creato con bundletool.";
        archive_release: "Build it outside the Run button (Build › Build APK), and upload that.", "Compilala senza il pulsante Run (Build › Build APK) e carica quella.";
        renew: "Renew the profile or certificate, export the app again, and upload that.", "Rinnova il profilo o il certificato, esporta di nuovo l’app e carica quella.";
        give_time: "Change its end, or upload a newer build.", "Cambia la scadenza o carica una build più recente.";
        testflight: "Open in TestFlight", "Apri in TestFlight";
        play: "Open in Google Play", "Apri su Google Play";
        download_file: "Download the file", "Scarica il file";
        needs: "It needs", "Richiede";
        or_later_here: "or later, and this device seems to have an older system.", "o successivo, e questo dispositivo sembra avere un sistema meno recente.";
        target_too_old: "It is made for systems so old that this Android does not install it:", "È fatta per sistemi così vecchi che questo Android non la installa:";
        ends_soon: "It works until", "Funziona fino al";
        remove_first: "It is signed differently from the build before. If that one is installed, remove it first: its data goes with it.", "È firmata in modo diverso dalla build precedente. Se hai installato quella, prima rimuovila: ne perdi i dati.";
        no_update: "Its version is not higher than that of the build before. If that one is installed and this one is refused, remove it first: its data goes with it.", "La sua versione non è più alta di quella della build precedente. Se hai installato quella e questa viene rifiutata, prima rimuovila: ne perdi i dati.";
        no_devices: "It is made for no device at all, so it does not install. Ask whoever sent it to you for another build.", "Non è preparata per nessun dispositivo, quindi non si installa. Chiedi un’altra build a chi te l’ha mandata.";
        refused: "Its signature is not in order: this device may refuse it. If it does, ask whoever sent it to you for another build.", "La firma non è in regola: questo dispositivo può rifiutarla. Se succede, chiedi un’altra build a chi te l’ha mandata.";
        old_processors: "Newer phones cannot run it: it is made for older processors.", "I telefoni più recenti non possono eseguirla: è fatta per processori meno recenti.";
        enterprise_title: "Before it starts the first time", "Prima del primo avvio";
        enterprise_first: "Open Settings › General › VPN & Device Management.", "Apri Impostazioni › Generali › VPN e gestione dispositivi.";
        enterprise_second: "Choose the developer of the app, and tap Trust.", "Scegli lo sviluppatore dell’app e tocca Autorizza.";
        enterprise_third: "From iOS 18, let the device restart: that completes it.", "Da iOS 18 lascia che il dispositivo si riavvii: così è completato.";
        listed_title: "If it does not install or start", "Se non si installa o non si avvia";
        listed_first: "Only devices that the developer has listed install it. If this one is not, ask them to add it.", "La installano solo i dispositivi che lo sviluppatore ha elencato. Se questo non c’è, chiedi di aggiungerlo.";
        listed_second: "From iOS 16, turn on Settings › Privacy & Security › Developer Mode. It appears there after the first try.", "Da iOS 16 attiva Impostazioni › Privacy e sicurezza › Modalità sviluppatore. Compare lì dopo il primo tentativo.";
        listed_third: "The device restarts. Unlock it, and confirm Developer Mode.", "Il dispositivo si riavvia. Sbloccalo e conferma la Modalità sviluppatore.";
        android_title: "How to install", "Come si installa";
        android_first: "Tap Install, and open the file when it is there.", "Tocca Installa e apri il file quando è scaricato.";
        android_second: "If Android asks, choose Settings, allow this source, and go back.", "Se Android lo chiede, scegli Impostazioni, consenti questa origine e torna indietro.";
        android_third: "If Play Protect warns, look at the name of the app, then choose More details › Install anyway.", "Se Play Protect avvisa, controlla il nome dell’app, poi scegli Più dettagli › Installa comunque.";
        android_verified: "Android may refuse apps of developers whom Google has not verified: in Brazil, Indonesia, Singapore and Thailand since 30 September 2026, everywhere from 2027. If it does, tell whoever sent you the build.", "Android può rifiutare le app di sviluppatori non verificati da Google: in Brasile, Indonesia, Singapore e Thailandia dal 30 settembre 2026, ovunque dal 2027. Se succede, dillo a chi ti ha mandato la build.";
        source_switch: "Allow from this source", "Consenti da questa origine";
        copy_page: "Copy link", "Copia il link";
        page_hint: "Others need access of their own.", "Gli altri devono avere accesso per conto loro.";
        code_hint: "The code signs your phone in for this build. It works once, for a few minutes.", "Il codice fa entrare il telefono per questa build. Funziona una volta, per pochi minuti.";
        phone_title: "Install on this phone", "Installa su questo telefono";
        phone_lead: "The code works once, so it is used only when you press the button.", "Il codice funziona una volta sola, perciò viene usato solo quando premi il pulsante.";
        phone_go: "Show the build", "Mostra la build";
        code_over: "This code is over", "Questo codice non vale più";
        code_over_lead: "It was used, or its time has passed. Scan the one on the other screen again, or come in here.", "È stato usato o il suo tempo è passato. Inquadra di nuovo quello sull’altro schermo, oppure entra da qui.";
        sign_in_here: "Sign in", "Accedi";
    }
}

impl Ways {
    /// What the way of a platform is called, and where it leads.
    pub(crate) fn elsewhere(
        &self,
        platform: Platform,
        words: &InstallWords,
    ) -> Option<(&'static str, &str)> {
        let (name, url) = match platform {
            Platform::Ios => (words.testflight, &self.testflight_url),
            Platform::Android => (words.play, &self.play_url),
        };
        url.as_deref().map(|url| (name, url))
    }
}

impl InstallWords {
    /// What is the matter, in a few words.
    pub(crate) fn title(&self, obstacle: &Obstacle) -> &'static str {
        match obstacle {
            Obstacle::AppStore => self.app_store,
            Obstacle::Simulator => self.simulator,
            Obstacle::OtherSystem => self.other_system,
            Obstacle::Unsigned => self.unsigned,
            Obstacle::Bundle => self.bundle,
            Obstacle::TestOnly => self.test_only,
            Obstacle::Expired(_) => self.expired,
            Obstacle::SigningExpired(_) => self.signing_expired,
        }
    }

    /// Why it is, in a sentence.
    pub(crate) fn why(&self, obstacle: &Obstacle, language: Language) -> String {
        let since = |words: &str, end: &DateTime<Utc>| format!("{words} {}.", language.date(end));
        match obstacle {
            Obstacle::AppStore => self.app_store_why.to_owned(),
            Obstacle::Simulator => self.simulator_why.to_owned(),
            Obstacle::OtherSystem => self.other_system_why.to_owned(),
            Obstacle::Unsigned => self.unsigned_why.to_owned(),
            Obstacle::Bundle => self.bundle_why.to_owned(),
            Obstacle::TestOnly => self.test_only_why.to_owned(),
            Obstacle::Expired(end) => since(self.expired_why, end),
            Obstacle::SigningExpired(end) => since(self.signing_expired_why, end),
        }
    }

    /// What a developer of the app does about it.
    pub(crate) fn remedy(&self, obstacle: &Obstacle, is_ios: bool) -> &'static str {
        match obstacle {
            Obstacle::AppStore | Obstacle::Simulator | Obstacle::OtherSystem => self.export_again,
            Obstacle::Unsigned if is_ios => self.export_again,
            Obstacle::Unsigned => self.sign_apk,
            Obstacle::Bundle => self.upload_apk,
            Obstacle::TestOnly => self.archive_release,
            Obstacle::Expired(_) => self.give_time,
            Obstacle::SigningExpired(_) => self.renew,
        }
    }

    pub(crate) fn caution(&self, told: &Told, language: Language) -> String {
        match told {
            Told::NewerSystem(system) => format!("{} {system} {}", self.needs, self.or_later_here),
            Told::TargetTooOld(android) => format!("{} Android {android}.", self.target_too_old),
            Told::EndsSoon(end) => format!("{} {}.", self.ends_soon, language.date(end)),
            Told::RemoveFirst => self.remove_first.to_owned(),
            Told::NoUpdate => self.no_update.to_owned(),
            Told::NoDevices => self.no_devices.to_owned(),
            Told::Refused => self.refused.to_owned(),
            Told::OldProcessors => self.old_processors.to_owned(),
        }
    }

    /// The heading and the steps of a kind of iOS build.
    pub(crate) fn steps(&self, kind: IosDistribution) -> Option<(&'static str, [&'static str; 3])> {
        match kind {
            IosDistribution::Enterprise => Some((
                self.enterprise_title,
                [self.enterprise_first, self.enterprise_second, self.enterprise_third],
            )),
            IosDistribution::AdHoc | IosDistribution::Development => Some((
                self.listed_title,
                [self.listed_first, self.listed_second, self.listed_third],
            )),
            IosDistribution::AppStore
            | IosDistribution::Simulator
            | IosDistribution::OtherSystem
            | IosDistribution::Unsigned => None,
        }
    }
}
