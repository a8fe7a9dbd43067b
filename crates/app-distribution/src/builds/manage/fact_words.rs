//! What the facts about a package are called.

use securevox_core::translations;

translations! {
    /// What the facts about a package are called.
    pub(super) FactWords {
        version: "Version", "Versione";
        build_number: "Build number", "Numero di build";
        size: "Size", "Dimensione";
        file: "File", "File";
        uploaded: "Uploaded", "Caricata";
        min_os: "Oldest system", "Sistema minimo";
        distribution: "Distribution", "Distribuzione";
        enterprise: "Enterprise: any device", "Enterprise: ogni dispositivo";
        ad_hoc: "Ad hoc: listed devices", "Ad hoc: dispositivi elencati";
        development: "Development: listed devices", "Sviluppo: dispositivi elencati";
        app_store: "App Store: not installable from here", "App Store: non installabile da qui";
        simulator: "Simulator only", "Solo simulatore";
        other_system: "Not for iPhone or iPad", "Non per iPhone o iPad";
        unsigned: "Without a profile", "Senza profilo";
        signing_ends: "Signature ends", "Fine della firma";
        profile: "Profile", "Profilo";
        team: "Team", "Team";
        devices: "Devices in the profile", "Dispositivi nel profilo";
        certificate: "Signed by", "Firmata da";
        former: "Signed before by", "Prima firmata da";
        executable: "UUID of the executable", "UUID dell’eseguibile";
        families: "Made for", "Pensata per";
        capabilities: "Needs", "Richiede";
        background: "In the background", "In background";
        asks: "Asks for", "Chiede";
        schemes_of_urls: "Opens links with", "Apre i link con";
        extensions: "Extensions", "Estensioni";
        watch: "Watch app", "App per Watch";
        frameworks: "Frameworks", "Framework";
        entitlements: "Entitlements", "Entitlement";
        target_sdk: "Target API level", "Livello API di destinazione";
        max_sdk: "Newest API level", "Livello API massimo";
        permissions: "Permissions", "Permessi";
        features: "Features", "Funzioni";
        required: "required", "necessaria";
        abis: "Processors", "Processori";
        labels: "Names by language", "Nomi per lingua";
        debuggable: "Debuggable", "Debug attivo";
        schemes: "Signing schemes", "Schemi di firma";
        bundle_kind: "An Android App Bundle: for download only", "Un Android App Bundle: solo da scaricare";
        yes: "yes", "sì";
        no: "no", "no";
    }
}

impl FactWords {
    /// What a comparison calls by its name in the API.
    pub(super) fn named<'a>(&'a self, field: &'a str) -> &'a str {
        match field {
            "version" => self.version,
            "build_number" => self.build_number,
            "min_os_version" | "min_sdk" => self.min_os,
            "distribution" => self.distribution,
            "profile" => self.profile,
            "team_id" => self.team,
            "frameworks" => self.frameworks,
            "extensions" => self.extensions,
            "url_schemes" => self.schemes_of_urls,
            "background_modes" => self.background,
            "usage_descriptions" => self.asks,
            "entitlements" => self.entitlements,
            "target_sdk" => self.target_sdk,
            "max_sdk" => self.max_sdk,
            "debuggable" => self.debuggable,
            "permissions" => self.permissions,
            "abis" => self.abis,
            "features" => self.features,
            "signers" => self.certificate,
            other => other,
        }
    }

    /// What one of the values of a comparison means.
    pub(super) fn value<'a>(&'a self, field: &str, value: &'a str) -> &'a str {
        match (field, value) {
            ("distribution", "enterprise") => self.enterprise,
            ("distribution", "ad_hoc") => self.ad_hoc,
            ("distribution", "development") => self.development,
            ("distribution", "app_store") => self.app_store,
            ("distribution", "simulator") => self.simulator,
            ("distribution", "other_system") => self.other_system,
            ("distribution", "unsigned") => self.unsigned,
            ("debuggable", "true") => self.yes,
            ("debuggable", "false") => self.no,
            (_, value) => value,
        }
    }
}
