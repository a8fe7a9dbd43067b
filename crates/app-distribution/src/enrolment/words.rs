//! The words of enrolment.

use securevox_core::translations;

use super::verdict::Verdict;

translations! {
    pub(crate) EnrolmentWords {
        question: "Does it run on this device?", "Funziona su questo dispositivo?";
        lead: "This build runs on devices that its developers have listed. Check whether yours is one.", "Questa build funziona sui dispositivi elencati da chi la sviluppa. Controlla se il tuo è fra questi.";
        step_allow: "Tap the button and allow the download.", "Tocca il pulsante e consenti il download.";
        step_install: "Open Settings, tap Profile Downloaded, then Install. Nothing stays on the device.", "Apri Impostazioni, tocca Profilo scaricato, poi Installa. Sul dispositivo non resta nulla.";
        step_back: "Safari opens again with the answer.", "Safari si riapre con la risposta.";
        what: "Developers of the app learn its identifier (UDID), model and iOS version.", "Chi sviluppa l’app ne conosce identificativo (UDID), modello e versione di iOS.";
        unsigned: "iOS shows the profile as not signed: this server has no certificate for it.", "iOS indica il profilo come non firmato: questo server non ha un certificato per farlo.";
        check: "Check this device", "Controlla questo dispositivo";
        listed: "This device is listed: the build installs on it.", "Questo dispositivo è in elenco: la build si installa.";
        not_listed: "This device is not listed yet: the build does not install on it.", "Questo dispositivo non è ancora in elenco: la build non si installa.";
        install_anyway: "Install anyway", "Installa comunque";
        what_now: "What you can do", "Cosa puoi fare";
        which: "Which builds it installs", "Quali build puoi installare";
        ready: "Ready for this device", "Pronta per questo dispositivo";
        none: "No build is made for this device yet.", "Nessuna build è ancora pronta per questo dispositivo.";
        waits: "The developers have its identifier. Once they list it and upload a build, open this page again.", "Chi sviluppa l’app ha il suo identificativo. Quando lo avrà aggiunto e caricato una build, riapri questa pagina.";
        not_told: "The developers of this app do not have its identifier yet: check the device once more to send it.", "Chi sviluppa questa app non ha ancora il suo identificativo: controlla di nuovo il dispositivo per inviarlo.";
        testflight: "Get it from TestFlight", "Scaricala da TestFlight";
        builds: "Builds", "Build";
        install: "Install", "Installa";
        installs: "Installs on this device", "Si installa su questo dispositivo";
        unlisted: "Not made for this device", "Non preparata per questo dispositivo";
        needs: "Needs a newer iOS:", "Serve un iOS più recente:";
        ended: "Its profile or certificate has expired", "Il profilo o il certificato è scaduto";
        not_from_here: "Does not install from a page", "Non si installa da una pagina";
        unknown: "Not known", "Non si sa";
        this_device: "This device", "Questo dispositivo";
        name: "Name", "Nome";
        name_hint: "What the developers see, for example Anna’s iPhone.", "Quello che vede chi sviluppa, per esempio iPhone di Anna.";
        save: "Save", "Salva";
        forget: "Remove this device", "Rimuovi questo dispositivo";
        forget_hint: "The developers of all apps lose its identifier. Builds that list it still install.", "Chi sviluppa le app non avrà più il suo identificativo. Le build che lo elencano si installano ancora.";
        back: "Back to the build", "Torna alla build";
        devices: "Devices", "Dispositivi";
        devices_lead: "iPhones and iPads whose owners asked to be listed. Export them, upload the list on developer.apple.com under Devices, then build with a new profile.", "iPhone e iPad i cui proprietari hanno chiesto di essere aggiunti. Esporta l’elenco, caricalo su developer.apple.com in Devices, poi compila con un nuovo profilo.";
        no_devices: "No devices yet", "Ancora nessun dispositivo";
        no_devices_lead: "Whoever opens the page of a build on an iPhone finds a button that enrols it.", "Chi apre la pagina di una build su un iPhone trova un pulsante per registrarlo.";
        export_new: "Export new devices", "Esporta i nuovi";
        export_all: "Export all", "Esporta tutti";
        new: "New", "Nuovo";
        in_profile: "In the newest profile", "Nell’ultimo profilo";
        unverified: "Unverified", "Non verificato";
        unsure: "Nothing proves that these are devices: whoever sent them is not signed in, or no authority of devices vouches for them. Exports leave them out, for each takes one of the places that Apple gives.", "Niente prova che questi siano dispositivi: chi li ha inviati non ha effettuato l’accesso, o nessuna autorità dei dispositivi garantisce per loro. Le esportazioni li escludono, perché ognuno occupa uno dei posti concessi da Apple.";
        export_unsure: "Export with these", "Esporta anche questi";
        remove_unsure: "Remove all of these", "Rimuovi tutti questi";
        remove_unsure_question: "Remove the unverified devices of", "Rimuovere i dispositivi non verificati di";
        remove_unsure_lost: "Whoever has one of them enrols it once more. It cannot be undone.", "Chi ne possiede uno dovrà registrarlo di nuovo. Non si può annullare.";
        somebody: "Not signed in", "Senza accesso";
        remove: "Remove", "Rimuovi";
        remove_question: "Remove", "Rimuovere";
        remove_lost: "It leaves the list and the exports of this app. Builds that list it still install.", "Esce dall’elenco e dalle esportazioni di questa app. Le build che lo elencano si installano ancora.";
    }
}

impl EnrolmentWords {
    pub(super) fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Installs => self.installs.to_owned(),
            Verdict::NotListed => self.unlisted.to_owned(),
            Verdict::TooNew(needs) => format!("{} {needs}", self.needs),
            Verdict::Ended => self.ended.to_owned(),
            Verdict::NotFromHere => self.not_from_here.to_owned(),
            Verdict::Unknown => self.unknown.to_owned(),
        }
    }
}
