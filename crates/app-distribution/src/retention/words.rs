//! The words of the page about what builds take.

use securevox_core::translations;

translations! {
    /// The words of the page about what builds take.
    pub(super) StorageWords {
        used: "Used", "In uso";
        builds: "Builds", "Build";
        stays: "Has to stay", "Deve restare";
        stays_hint: "Pinned builds, and the newest of each channel.", "Le build fissate e la più recente di ogni canale.";
        reserved: "Unfinished uploads", "Caricamenti in corso";
        reserved_hint: "Their whole length counts until they end or are given up.", "La loro dimensione completa conta finché finiscono o vengono abbandonati.";
        screenshots: "Screenshots", "Screenshot";
        screenshots_hint: "Of feedback. They are taken where builds leave room.", "Dei feedback. Si accettano dove le build lasciano posto.";
        quota: "Quota", "Quota";
        rules: "What is kept", "Cosa si conserva";
        rules_lead: "Older builds are deleted within an hour. Never deleted are pinned builds, the newest of each channel, and builds that somebody is downloading.", "Le build più vecchie vengono eliminate entro un’ora. Non si eliminano mai quelle fissate, la più recente di ogni canale e quelle che qualcuno sta scaricando.";
        keep_builds: "Builds", "Build";
        keep_builds_hint: "How many. Empty keeps all.", "Quante. Vuoto le conserva tutte.";
        keep_days: "Days", "Giorni";
        keep_days_hint: "For how many. Empty keeps all.", "Per quanti. Vuoto le conserva tutte.";
        quota_mb: "Megabytes", "Megabyte";
        quota_hint: "For all builds together. What does not fit is not taken.", "Per tutte le build insieme. Quello che non ci sta non viene accettato.";
        preview: "See what would go", "Guarda cosa verrebbe eliminato";
        save: "Save", "Salva";
        saved: "Saved", "Salvato";
        not_a_number: "must be a whole number above zero", "deve essere un numero intero maggiore di zero";
        now_goes: "What goes with the next clean-up", "Cosa elimina la prossima pulizia";
        would_go: "What would go with these rules", "Cosa verrebbe eliminato con queste regole";
        nothing_goes: "Nothing: every build is kept.", "Niente: ogni build viene conservata.";
        too_many: "too many", "troppe";
        too_old: "too old", "troppo vecchia";
        too_large: "beyond the quota", "oltre la quota";
        together: "Together", "In tutto";
    }
}
